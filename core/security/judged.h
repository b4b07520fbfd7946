/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * One signature while its place is judged: what wrapping.c, wrapping_twins.c and wrapping_token.c share.
 */
#ifndef WSSC_SECURITY_JUDGED_H
#define WSSC_SECURITY_JUDGED_H

#include "security/place.h"
#include "security/work.h"

/* In the current tree. */
typedef struct {
    WsscWork *work;
    WsscSignature *verdict;
    xmlNode *element;        /* ds:Signature */
    WsscShape shape;         /* of the envelope that it belongs to */
    const xmlNode *security; /* the Security header around it */
    WsscProtects protects;
    const char *kind; /* of the problem: an id of findings.def */
    char *problem;    /* a sentence; NULL without one */
} WsscJudged;

/* The first problem stays. */
void wssc_judged_say(WsscJudged *judged, const char *format, ...) G_GNUC_PRINTF(2, 3);
const char *wssc_judged_name(const xmlNode *element);
gboolean wssc_judged_is_in_body(const WsscShape *shape, const xmlNode *node);
/* It stands in that Security header: whose is it? */
void wssc_judged_role(WsscJudged *judged, const xmlNode *security);

#endif
