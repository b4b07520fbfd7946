/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What happens to signed parts between their signer and here: proxies, logs and libraries write XML anew. Each of the
 * things that are known to happen is undone in the canonical octets, and whoever asks says whether the signed ones are
 * met. Nothing of this makes a signature valid: it only says what was done.
 *
 * The order of attributes, their quotes, empty elements written as one tag, character references, an XML declaration
 * and comments are none of them: canonical forms make no difference of these (XML Signature section 4.4.3.3, Canonical
 * XML section 1.1). Under a form with comments those that were added can be undone; those that were dropped cannot.
 */
#ifndef WSSC_SECURITY_REWRITE_H
#define WSSC_SECURITY_REWRITE_H

#include "security/rewriting.h"

/* First those that happen alone, then two at a time. */
guint wssc_rewrite_count(void);
gboolean wssc_rewrite_is_pair(guint which);
/* What happened, with %s for the parts: "white space between the tags of %s was changed on the way". */
const char *wssc_rewrite_title(guint which);
/* TRUE when undoing it gives octets that fit. ret_detail: more about it, or NULL; caller frees. */
gboolean wssc_rewrite_undo(guint which, const WsscRewritten *part, char **ret_detail);

#endif
