/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A message as it may be shown: what gives a key or a password away is replaced by its size and fingerprint.
 */
#ifndef WSSC_REPORT_MASK_H
#define WSSC_REPORT_MASK_H

#include "xml/xml.h"

/* Changes the tree: wst:BinarySecret, and wsse:Password in the clear. */
void wssc_mask_secrets(WsscXml *xml);

/* The same for canonical octets, which cannot be changed without becoming others: the place is marked. Caller
 * frees. */
char *wssc_mask_canonical(const char *text);

#endif
