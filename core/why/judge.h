/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * From a refusal to its cause (internal to why/).
 */
#ifndef WSSC_WHY_JUDGE_H
#define WSSC_WHY_JUDGE_H

#include "why/case.h"

/* The verdict on one case, as a trouble that occurred once. Caller owns it. */
WsscTrouble *wssc_judge(const WsscCase *own);
void wssc_trouble_free(gpointer trouble);

/* trouble.c: every refusal, failure and loss of the capture (WsscCase), in order. Caller frees the list. */
GPtrArray *wssc_cases_find(const WsscScene *scene);

/* group.c: the same trouble of the same peers once; the most telling first. Takes the troubles over. */
GPtrArray *wssc_troubles_group(GPtrArray *troubles);

/* say.c: what happened, without why: one sentence. Caller frees. */
char *wssc_say_what(const WsscCase *own);
/* Evidence for what happened: the request and what came of it. */
void wssc_cite_what(const WsscCase *own, GPtrArray *evidence);

#endif
