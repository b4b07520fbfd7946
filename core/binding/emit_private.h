/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the emitters share.
 */
#ifndef WSSC_BINDING_EMIT_PRIVATE_H
#define WSSC_BINDING_EMIT_PRIVATE_H

#include "binding/emit.h"

typedef struct {
    const WsscModel *model;
    const WsscBinding *binding;
    GString *out;
} WsscEmitter;

void wssc_emit_c(WsscEmitter *emitter);
void wssc_emit_wcf(WsscEmitter *emitter);
void wssc_emit_policy(WsscEmitter *emitter);

/* emit.c */
void wssc_emit_line(WsscEmitter *emitter, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Words of a capture as they may stand in a comment of C and of XML. Caller frees. */
char *wssc_emit_words(const char *text);
/* "exact: frames 10, 12", "at least 3.476 s, frame 25 (default 10 h)". Caller frees. */
char *wssc_emit_remark(const WsscEmitter *emitter, WsscPropertyId id);
gboolean wssc_emit_is_exact(const WsscBinding *binding, WsscPropertyId id);
gboolean wssc_emit_has_token(const WsscBinding *binding, WsscTokenKind kind);
/* The name of the suite that fits; of several that of the first, "*ret_is_sure" FALSE. NULL when nothing fits. */
const char *wssc_emit_suite(const WsscBinding *binding, gboolean *ret_is_sure);

#endif
