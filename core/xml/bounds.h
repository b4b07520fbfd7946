/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What is looked at before libxml2 sees a text (internal to core/xml).
 */
#ifndef WSSC_XML_BOUNDS_H
#define WSSC_XML_BOUNDS_H

#include <glib.h>

/* FALSE with error (WSSC_XML_ERROR_LIMIT) when a tag has too many attributes, too many namespaces are
 * in scope, or elements are too many or nested too deep (base/limits.h). Linear; asks nothing else of the text, which
 * may be malformed. The offset in the error is that of the text. */
gboolean wssc_xml_is_within_limits(const char *text, gsize len, GError **error);

#endif
