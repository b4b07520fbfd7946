/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ends of requests that only the carrier tells: an HTTP status without a SOAP body, a connection that was
 * reset. Both come by taps of the stock dissectors, after the messages of the frame were fed; the session is
 * told.
 */
#ifndef WSSC_ANALYZER_CARRIER_H
#define WSSC_ANALYZER_CARRIER_H

#include <glib.h>

/* Call once, after the dissectors are registered. */
gboolean wssc_carrier_register(GError **error);

#endif
