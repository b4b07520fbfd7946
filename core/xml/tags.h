/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Bounds on start tags that have to be checked before a parser sees them (internal to core/xml).
 *
 * Before 2.13 libxml2 compares each attribute of a tag with all before it, and looks each prefix up among all
 * declarations in scope: a tag of a million attributes keeps it busy for hours, and only then it tells of them.
 */
#ifndef WSSC_XML_TAGS_H
#define WSSC_XML_TAGS_H

#include <glib.h>

/* NULL, or which bound of base/limits.h is broken (static). The text need not be well formed: where it is not, reading
 * goes on as libxml2's does. Linear in its length. */
const char *wssc_xml_tags_problem(const char *text, gsize len);

#endif
