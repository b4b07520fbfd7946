/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A message as it may be shown: what gives a key or a password away is replaced by its size and fingerprint. Nobody
 * else decides what is secret in a message.
 */
#ifndef WSSC_REPORT_MASK_H
#define WSSC_REPORT_MASK_H

#include "xml/xml.h"

/* Whether an element of that local name holds a secret: wst:BinarySecret, and wsse:Password whatever its Type claims to
 * be, for from a digest a password can be guessed. The namespace is not asked: a wrong one makes a secret none the
 * less. */
gboolean wssc_mask_is_secret(const char *local_name);

/* What is shown in place of all that such an element holds: "[32 octets, fingerprint 0123456789abcdef]" of a
 * BinarySecret, else "[not shown]". Caller frees. */
char *wssc_mask_text(const xmlNode *element);

/* Changes the tree. */
void wssc_mask_secrets(WsscXml *xml);

/* Of canonical octets, which cannot be changed without becoming others, the place is marked. Caller frees. */
char *wssc_mask_canonical(const char *text);

/* Asterisks over what is secret in the text of a document or of a part of one; the length stays. */
void wssc_mask_over(char *text, gsize len);

#endif
