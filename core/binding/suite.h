/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The algorithm suites of WS-SecurityPolicy (suites.def).
 */
#ifndef WSSC_BINDING_SUITE_H
#define WSSC_BINDING_SUITE_H

#include <glib.h>

typedef struct {
    const char *name;
    gint64 bits;                     /* minimal length of a symmetric key */
    const char *digest, *encryption; /* as algorithms.def calls them; digest "": any */
    gboolean is_rsa15;
    gint64 signing, encrypting; /* octets of derived keys */
    gboolean is_wwsapi;         /* it has a WS_SECURITY_ALGORITHM_SUITE_NAME */
} WsscSuite;

/* NULL when there is none of that name. */
const WsscSuite *wssc_suite_named(const char *name);

#endif
