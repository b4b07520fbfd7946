/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The results of checking one message, while they are made (internal to core/security).
 */
#ifndef WSSC_SECURITY_RESULT_H
#define WSSC_SECURITY_RESULT_H

#include "base/limits.h"
#include "security/security.h"

/* Empty; wssc_security_free() frees it. */
WsscSecurity *wssc_result_new(void);
/* id: of findings/findings.def, static. */
void wssc_result_note(WsscSecurity *result, const char *id, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Takes the text. */
void wssc_result_take_note(WsscSecurity *result, const char *id, char *text);
/* Something was left away at that limit, which is set to value. */
void wssc_result_note_limit(WsscSecurity *result, WsscLimitId id, guint value);

/* Steps of an explanation; nothing when none was asked for. */
void wssc_result_explain(WsscSignature *signature, const char *title, const char *format, ...) G_GNUC_PRINTF(3, 4);
void wssc_result_explain_octets(WsscSignature *signature, const char *title, const GByteArray *octets);

#endif
