/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * One ds:Signature while it is checked: what verify.c, reference.c and verdict.c share.
 */
#ifndef WSSC_SECURITY_CHECK_H
#define WSSC_SECURITY_CHECK_H

#include "security/work.h"

typedef struct {
    WsscWork *work;
    WsscSignature *signature;
    xmlNode *element;      /* ds:Signature */
    WsscDeviation habit;   /* that a reference had to assume; or NONE */
    gboolean is_value_fit; /* SignedInfo is what the key's owner signed */
    gboolean is_implied;   /* some method names no algorithm, and what may be meant was taken */
    gboolean is_lost;      /* some reference means nothing, or more than one thing */
} WsscCheck;

#endif
