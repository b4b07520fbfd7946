/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Methods that name no algorithm (XML Signature section 4.4 has the attribute required): what may be meant, in a fixed
 * order. An algorithm that is named and not known implies nothing.
 */
#ifndef WSSC_SECURITY_IMPLIED_H
#define WSSC_SECURITY_IMPLIED_H

#include "security/algorithms.h"
#include "security/c14n.h"

/* The which-th digest, from 0, whose values have so many octets; NULL at the end. */
const WsscAlgorithm *wssc_implied_digest(guint which, gsize octets);
/* The which-th algorithm, from 0, that a value of so many octets may have been made with; NULL at the end. */
const WsscAlgorithm *wssc_implied_signature(guint which, gsize octets);
/* The flags of the which-th canonical form, from 0. FALSE at the end. */
gboolean wssc_implied_c14n(guint which, guint *ret_flags);

#endif
