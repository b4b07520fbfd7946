/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "draw.h"

#include <string.h>

#include <epan/tap.h>

#include "draw_binding.h"
#include "draw_cause.h"
#include "draw_tree.h"
#include "fields.h"
#include "live.h"
#include "report/mask.h"
#include "report/phrase.h"
#include "report/sentence.h"

int wssc_ett[WSSC_ETT_MAX];

void wssc_draw_register(int proto)
{
    static int *subtrees[WSSC_ETT_MAX];
    for (int i = 0; i < WSSC_ETT_MAX; i++) {
        wssc_ett[i] = -1;
        subtrees[i] = &wssc_ett[i];
    }
    wssc_fields_register(proto);
    proto_register_subtree_array(subtrees, WSSC_ETT_MAX);
}

/* ---- generated items ---------------------------------------------------------------------------------------- */

static void add_text(proto_tree *tree, tvbuff_t *tvb, WsscField field, const char *text)
{
    if (text != NULL)
        proto_item_set_generated(proto_tree_add_string(tree, wssc_hf[field], tvb, 0, 0, text));
}

static void add_number(proto_tree *tree, tvbuff_t *tvb, WsscField field, guint32 number)
{
    proto_item_set_generated(proto_tree_add_uint(tree, wssc_hf[field], tvb, 0, 0, number));
}

/* Frame links work inside one capture file only. */
static void add_link(proto_tree *tree, tvbuff_t *tvb, WsscField field, const WsscMessage *from, const WsscMessage *to)
{
    if (to != NULL && to->file == from->file && to != from)
        add_number(tree, tvb, field, to->frame);
}

static void draw_exchange(proto_tree *tree, tvbuff_t *tvb, const WsscMessage *message)
{
    const WsscExchange *exchange = message->exchange;
    if (exchange == NULL)
        return;
    if (exchange->operation != WSSC_OPERATION_NONE)
        add_text(tree, tvb, WSSC_HF_OPERATION, wssc_operation_name(exchange->operation));
    if (exchange->request == message)
        add_link(tree, tvb, WSSC_HF_RESPONSE_IN, message, exchange->response);
    if (exchange->response != message)
        return;
    add_link(tree, tvb, WSSC_HF_REQUEST_IN, message, exchange->request);
    if (exchange->response_time >= 0) {
        nstime_t time = {.secs = (time_t)(exchange->response_time / G_USEC_PER_SEC),
                         .nsecs = (int)(exchange->response_time % G_USEC_PER_SEC) * 1000};
        proto_item_set_generated(proto_tree_add_time(tree, wssc_hf[WSSC_HF_RESPONSE_TIME], tvb, 0, 0, &time));
    }
}

static void draw_key(proto_tree *tree, tvbuff_t *tvb, const WsscMessage *message, const WsscInstance *instance)
{
    add_text(tree, tvb, WSSC_HF_ENTROPY_MODE, wssc_entropy_mode_name(instance->entropy_mode));
    add_text(tree, tvb, WSSC_HF_KEY_FINGERPRINT, instance->key_fingerprint);
    if (instance->key == NULL)
        add_text(tree, tvb, WSSC_HF_KEY_MISSING, instance->key_missing);
    else if (instance->key_origin.source == WSSC_KEY_FROM_KEYFILE)
        add_number(tree, tvb, WSSC_HF_KEY_LINE, instance->key_origin.line);
    else if (instance->key_origin.file == message->file)
        add_number(tree, tvb, WSSC_HF_KEY_FROM, instance->key_origin.frame);
    add_link(tree, tvb, WSSC_HF_ISSUED_IN, message, instance->issued_by);
}

static void draw_context(proto_tree *tree, tvbuff_t *tvb, const WsscMessage *message)
{
    const WsscContext *context = message->context;
    if (context == NULL)
        return;
    add_number(tree, tvb, WSSC_HF_CONTEXT_INDEX, context->index);
    add_text(tree, tvb, WSSC_HF_CONTEXT_IDENTIFIER, context->identifier);
    add_text(tree, tvb, WSSC_HF_CONTEXT_INSTANCE, wssc_message_instance_name(message));
    if (context->version != WSSC_NS_NONE)
        add_text(tree, tvb, WSSC_HF_CONTEXT_VERSION, wssc_ns_version(context->version));
    if (message->state >= 0)
        add_text(tree, tvb, WSSC_HF_CONTEXT_STATE, wssc_state_name((WsscState)message->state));
    const WsscInstance *instance = message->instance != NULL ? message->instance : wssc_context_instance(context, NULL);
    if (instance != NULL)
        draw_key(tree, tvb, message, instance);
    if (message->is_use) {
        add_link(tree, tvb, WSSC_HF_PREV_USE, message, message->prev_use);
        add_link(tree, tvb, WSSC_HF_NEXT_USE, message, message->next_use);
    }
}

/* ---- verdicts -------------------------------------------------------------------------------------------------- */

static void draw_signature(proto_tree *tree, tvbuff_t *tvb, const WsscSignature *signature)
{
    const char *verdict = wssc_verdict_name(signature->verdict);
    const WsscSpan *span = &signature->span;
    int length = (int)(MIN(span->end, tvb_captured_length(tvb)) - MIN(span->start, tvb_captured_length(tvb)));
    proto_item *item = proto_tree_add_none_format(
        tree, wssc_hf[WSSC_HF_VERDICT], tvb, length > 0 ? (int)span->start : 0, MAX(length, 0), "Signature %u: %s%s%s",
        signature->position, verdict, signature->reason != NULL ? ": " : "",
        signature->reason != NULL ? signature->reason : "");
    proto_item_set_generated(item);
    proto_tree *subtree = proto_item_add_subtree(item, wssc_ett[WSSC_ETT_VERDICT]);
    add_text(subtree, tvb, WSSC_HF_SIGNATURE_VERDICT, verdict);
    add_text(subtree, tvb, WSSC_HF_SIGNATURE_REASON, signature->reason);
    add_text(subtree, tvb, WSSC_HF_SIGNATURE_PROTECTS, wssc_protects_name(signature->protects));
    add_text(subtree, tvb, WSSC_HF_SIGNATURE_KEY_DOUBT, signature->key_doubt);
    add_text(subtree, tvb, WSSC_HF_SIGNATURE_DEVIATION, signature->deviation);
    add_text(subtree, tvb, WSSC_HF_SIGNATURE_HYPOTHESIS, signature->hypothesis);
    add_text(subtree, tvb, WSSC_HF_SIGNATURE_KEY_KIND, wssc_key_kind_name(signature->key_kind));
    add_text(subtree, tvb, WSSC_HF_KEY_FINGERPRINT, signature->key_fingerprint);
    add_text(subtree, tvb, WSSC_HF_SIGNATURE_CERTIFICATE, signature->certificate);
    if (signature->has_key && signature->key_origin.source == WSSC_KEY_FROM_KEYFILE && signature->key_origin.line > 0)
        add_number(subtree, tvb, WSSC_HF_KEY_LINE, signature->key_origin.line);
    else if (signature->has_key && signature->key_origin.frame != 0)
        add_number(subtree, tvb, WSSC_HF_KEY_FROM, signature->key_origin.frame);
    proto_item_set_generated(proto_tree_add_boolean(subtree, wssc_hf[WSSC_HF_SIGNATURE_DECRYPTED], tvb, 0, 0,
                                                    (guint32)signature->decrypted));
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        item = proto_tree_add_string_format_value(
            subtree, wssc_hf[WSSC_HF_SIGNATURE_REFERENCE], tvb, 0, 0, reference->uri != NULL ? reference->uri : "",
            "%s (%s): %s", reference->uri != NULL ? reference->uri : "without URI",
            reference->element != NULL ? reference->element : "not found", wssc_digest_name(reference->digest));
        proto_item_set_generated(item);
        add_text(proto_item_add_subtree(item, wssc_ett[WSSC_ETT_VERDICT]), tvb, WSSC_HF_SIGNATURE_REFERENCE_DIGEST,
                 wssc_digest_name(reference->digest));
    }
}

static void draw_decryption(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const WsscDecryption *decryption,
                            guint number)
{
    proto_item *item = proto_tree_add_string_format_value(
        tree, wssc_hf[WSSC_HF_DECRYPTION], tvb, 0, 0, decryption->element, "%s in %s: %s%s%s", decryption->element,
        decryption->parent != NULL ? decryption->parent : "?", wssc_decryption_result_name(decryption->result),
        decryption->reason != NULL ? ": " : "", decryption->reason != NULL ? decryption->reason : "");
    proto_item_set_generated(item);
    proto_tree *subtree = proto_item_add_subtree(item, wssc_ett[WSSC_ETT_VERDICT]);
    add_text(subtree, tvb, WSSC_HF_DECRYPTION_RESULT, wssc_decryption_result_name(decryption->result));
    add_text(subtree, tvb, WSSC_HF_DECRYPTION_REASON, decryption->reason);
    add_text(subtree, tvb, WSSC_HF_DECRYPTION_DEVIATION, decryption->deviation);
    if (decryption->plaintext == NULL)
        return;
    WsscBytes plain = wssc_bytes_of(decryption->plaintext);
    if (plain.len == 0)
        return;
    guint8 *copy = wmem_memdup(pinfo->pool, plain.data, plain.len);
    if (decryption->parent != NULL && wssc_mask_is_secret(decryption->parent))
        memset(copy, '*', plain.len);
    wssc_mask_over((char *)copy, plain.len);
    tvbuff_t *source = tvb_new_child_real_data(tvb, copy, (guint)plain.len, (gint)plain.len);
    add_new_data_source(pinfo, source, wmem_strdup_printf(pinfo->pool, "Decrypted %u", number));
    proto_item_set_generated(proto_tree_add_none_format(subtree, wssc_hf[WSSC_HF_DECRYPTED], source, 0, (int)plain.len,
                                                        "Decrypted content (%u octets)", (guint)plain.len));
}

static void draw_password(proto_tree *tree, tvbuff_t *tvb, const WsscPasswordCheck *check)
{
    const char *result = wssc_password_result_name(check->result);
    proto_item *item = proto_tree_add_string_format_value(
        tree, wssc_hf[WSSC_HF_PASSWORD_CHECK], tvb, 0, 0, wssc_password_kind_name(check->kind), "%s of user %s: %s%s%s",
        wssc_password_kind_name(check->kind), check->user, result, check->reason != NULL ? ": " : "",
        check->reason != NULL ? check->reason : "");
    proto_item_set_generated(item);
    proto_tree *subtree = proto_item_add_subtree(item, wssc_ett[WSSC_ETT_VERDICT]);
    add_text(subtree, tvb, WSSC_HF_PASSWORD_RESULT, result);
    add_text(subtree, tvb, WSSC_HF_PASSWORD_HYPOTHESIS, check->hypothesis);
}

static void draw_security(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const WsscMessage *message)
{
    const WsscSecurity *security = message->security;
    if (security == NULL)
        return;
    for (guint i = 0; i < security->signatures->len; i++)
        draw_signature(tree, tvb, security->signatures->pdata[i]);
    for (guint i = 0; i < security->decryptions->len; i++)
        draw_decryption(tree, tvb, pinfo, security->decryptions->pdata[i], i + 1);
    for (guint i = 0; i < security->passwords->len; i++)
        draw_password(tree, tvb, security->passwords->pdata[i]);
    if (security->opened != NULL && wssc_xml_root(security->opened) != NULL) {
        proto_item *item = proto_tree_add_none_format(tree, wssc_hf[WSSC_HF_DECRYPTED], tvb, 0, 0,
                                                      "The message with decrypted content in place");
        proto_item_set_generated(item);
        wssc_draw_element(tvb, pinfo, proto_item_add_subtree(item, wssc_ett[WSSC_ETT_CONTAINER]),
                          wssc_xml_root(security->opened), FALSE);
    }
}

static void draw_findings(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const WsscMessage *message)
{
    for (guint i = 0; i < message->findings->len; i++) {
        const WsscFinding *finding = message->findings->pdata[i];
        const WsscFindingInfo *info = wssc_finding_info(finding->id);
        proto_item *item = proto_tree_add_string(tree, wssc_hf[WSSC_HF_FINDING], tvb, 0, 0, info->name);
        proto_item_set_generated(item);
        char *sentence = wssc_finding_sentence(wssc_session_model(wssc_dissect_session()), finding);
        char *copy = wmem_strdup(pinfo->pool, sentence);
        g_free(sentence);
        expert_add_info_format(pinfo, item, &wssc_ei[finding->id], "%s: %s", info->title, copy);
    }
}

static void draw_fault(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const WsscMessage *message)
{
    const WsscFault *fault = message->soap->fault;
    if (fault == NULL)
        return;
    char *codes = wssc_fault_codes(fault);
    char *copy = wmem_strdup(pinfo->pool, codes);
    g_free(codes);
    add_text(tree, tvb, WSSC_HF_FAULT_CAUSE, fault->cause);
    add_text(tree, tvb, WSSC_HF_FAULT_LAYER, wssc_layer_name(fault->layer));
    add_text(tree, tvb, WSSC_HF_FAULT_CODES, copy);
    proto_item_set_generated(proto_tree_add_boolean(tree, wssc_hf[WSSC_HF_FAULT_SECURED], tvb, 0, 0,
                                                    (guint32)wssc_message_is_secured(message)));
}

/* ---- the message --------------------------------------------------------------------------------------------- */

static void set_columns(packet_info *pinfo, const WsscMessage *message, const char *phrase)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "WSSC");
    if (message->ordinal > 0) {
        col_append_sep_str(pinfo->cinfo, COL_INFO, "; ", phrase);
        return;
    }
    col_clear(pinfo->cinfo, COL_INFO);
    col_add_str(pinfo->cinfo, COL_INFO, phrase);
}

void wssc_draw_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const WsscMessage *message,
                       const WsscXml *xml)
{
    char *phrase = wssc_phrase_message(message);
    char *copy = wmem_strdup(pinfo->pool, phrase);
    g_free(phrase);
    set_columns(pinfo, message, copy);
    tap_queue_packet(wssc_tap, pinfo, message);
    if (tree == NULL) {
        draw_findings(NULL, tvb, pinfo, message); /* expert items are counted without a tree, too */
        wssc_draw_cause(NULL, tvb, pinfo, message);
        return;
    }
    proto_item *item = proto_tree_add_item(tree, proto_wssc, tvb, 0, -1, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, wssc_ett[WSSC_ETT_MESSAGE]);
    proto_item_append_text(item, ": %s", copy);
    add_text(subtree, tvb, WSSC_HF_DAMAGE, message->damage);
    draw_context(subtree, tvb, message);
    wssc_draw_binding(subtree, tvb, pinfo, message);
    draw_exchange(subtree, tvb, message);
    draw_fault(subtree, tvb, pinfo, message);
    wssc_draw_cause(subtree, tvb, pinfo, message);
    draw_security(subtree, tvb, pinfo, message);
    draw_findings(subtree, tvb, pinfo, message);
    if (xml != NULL && wssc_xml_root(xml) != NULL)
        wssc_draw_element(tvb, pinfo, subtree, wssc_xml_root(xml), TRUE);
}
