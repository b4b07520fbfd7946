/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The proof of a verdict, step by step.
 */
#include <string.h>

#include "report/layout.h"
#include "report/mask.h"
#include "report/sentence.h"
#include "report/visible.h"

static void put_context_key(const WsscSession *session, const WsscTextStyle *style, const WsscSignature *signature,
                            GString *out)
{
    const WsscContext *context = signature->context != NULL ? wssc_session_context(session, signature->context) : NULL;
    const WsscInstance *instance = context != NULL ? wssc_context_instance_of(context, signature) : NULL;
    if (instance == NULL)
        return;
    g_autofree char *identifier = wssc_shown(context->identifier);
    g_autofree char *name = instance->name != NULL ? wssc_shown(instance->name) : NULL;
    g_string_append_printf(out, "\nThe key of context %u, %s%s%s\n", context->index, identifier,
                           name != NULL ? ", instance " : "", name != NULL ? name : "");
    if (instance->key == NULL)
        g_string_append_printf(out, "not known: %s\n",
                               instance->key_missing != NULL ? instance->key_missing
                                                             : "its establishment is not in the capture");
    else if (instance->key_origin.source == WSSC_KEY_FROM_KEYFILE)
        g_string_append_printf(out, "fingerprint %s, from line %u of the key file\n", instance->key_fingerprint,
                               instance->key_origin.line);
    else {
        g_autofree char *derivation = wssc_derivation_sentence(wssc_session_model(session), instance);
        g_autofree char *frame = wssc_frame_text(session, style, instance->key_origin.file, instance->key_origin.frame);
        g_string_append_printf(out, "fingerprint %s, established in frame %s\n%s\n", instance->key_fingerprint, frame,
                               derivation != NULL ? derivation : "");
    }
}

static char *origin_text(const WsscSession *session, const WsscTextStyle *style, const WsscSignature *signature)
{
    const WsscKeyOrigin *origin = &signature->key_origin;
    if (!signature->has_key || (origin->source != WSSC_KEY_FROM_KEYFILE && origin->frame == 0))
        return g_strdup("");
    if (origin->source == WSSC_KEY_FROM_KEYFILE && origin->line == 0)
        return g_strdup(", key from a file of its own");
    if (origin->source == WSSC_KEY_FROM_KEYFILE)
        return g_strdup_printf(", key from line %u of the key file", origin->line);
    g_autofree char *frame = wssc_frame_text(session, style, origin->file, origin->frame);
    return g_strdup_printf(", key from frame %s", frame);
}

/* Canonical octets keep their line ends; nothing else that moves a cursor is let through. */
static void put_octets(GString *out, const char *text)
{
    g_autofree char *masked = wssc_mask_canonical(text);
    g_autofree char *valid = g_utf8_make_valid(masked, -1);
    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (c == '\n' || c == '\t' || !wssc_visible_is_hidden(c))
            g_string_append_unichar(out, c);
        else
            wssc_visible_append_escape(out, c);
    }
    g_string_append_c(out, '\n');
}

static void put_signature(const WsscSession *session, const WsscTextStyle *style, const WsscMessage *message,
                          const WsscSignature *signature, GString *out)
{
    g_autofree char *frame = wssc_frame_text(session, style, message->file, message->frame);
    g_autofree char *reason = signature->reason != NULL ? wssc_shown(signature->reason) : NULL;
    g_autofree char *origin = origin_text(session, style, signature);

    wssc_put(out, style, WSSC_BOLD, "Frame %s, signature %u: ", frame, signature->position);
    wssc_put(out, style, wssc_verdict_color(signature->verdict), "%s", wssc_verdict_name(signature->verdict));
    g_string_append_printf(out, "%s%s%s\n", reason != NULL ? ": " : "", reason != NULL ? reason : "", origin);
    if (signature->deviation != NULL)
        g_string_append_printf(out, "deviation %s\n", signature->deviation);
    if (signature->hypothesis != NULL)
        g_string_append_printf(out, "it would fit if: %s\n", signature->hypothesis);
    else if (signature->verdict == WSSC_VERDICT_INVALID)
        g_string_append(out,
                        "nothing explains it that is known to happen to messages on their way; the order and quotes of "
                        "attributes, an XML declaration and empty elements as one tag or two make no difference\n");
    put_context_key(session, style, signature, out);
    for (guint k = 0; signature->steps != NULL && k < signature->steps->len; k++) {
        const WsscStep *step = signature->steps->pdata[k];
        g_autofree char *title = wssc_shown(step->title);
        g_string_append_c(out, '\n');
        wssc_put(out, style, WSSC_BOLD, "%u. %s\n", k + 1, title);
        put_octets(out, step->text != NULL ? step->text : "");
    }
    g_string_append_c(out, '\n');
}

void wssc_text_explain(const WsscSession *session, const WsscTextStyle *style, guint32 frame, GString *out)
{
    const GPtrArray *messages = wssc_session_messages(session);
    gboolean is_found = FALSE;
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        if (message->frame != frame || message->security == NULL)
            continue;
        for (guint s = 0; s < message->security->signatures->len; s++) {
            put_signature(session, style, message, message->security->signatures->pdata[s], out);
            is_found = TRUE;
        }
    }
    if (!is_found)
        g_string_append_printf(out, "Frame %u holds no signature (wssc verify lists them).\n", frame);
}
