/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the messages of a context show beside the properties.
 */
#include <string.h>

#include "binding/private.h"

static void set(WsscTruth *truth, const WsscMessage **from, const WsscMessage *message)
{
    if (*truth != WSSC_TRUTH_YES)
        *from = message;
    *truth = WSSC_TRUTH_YES;
}

static gboolean is_under_context(const WsscSignature *signature, const WsscContext *context)
{
    return signature->context != NULL && g_strcmp0(signature->context, context->identifier) == 0 &&
           (signature->key_kind == WSSC_KEY_KIND_SCT || signature->key_kind == WSSC_KEY_KIND_DERIVED);
}

static void read_signatures(const WsscTrace *trace, const WsscMessage *message, WsscShown *shown)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++) {
        const WsscSignature *signature = signatures->pdata[i];
        if (!is_under_context(signature, trace->context))
            continue;
        set(&shown->is_signed, &shown->signed_by, message);
        if (message->soap->operation == WSSC_OPERATION_NONE)
            shown->is_call_signed = TRUE;
        for (guint r = 0; r < signature->references->len; r++) {
            const WsscSignedReference *reference = signature->references->pdata[r];
            if (g_strcmp0(reference->element, "Body") == 0)
                shown->body_signed = WSSC_TRUTH_YES;
        }
    }
}

static gboolean is_body_encrypted(const WsscMessage *message)
{
    const GPtrArray *decryptions = message->security != NULL ? message->security->decryptions : NULL;
    for (guint i = 0; decryptions != NULL && i < decryptions->len; i++)
        if (g_strcmp0(((const WsscDecryption *)decryptions->pdata[i])->parent, "Body") == 0)
            return TRUE;
    return message->soap->body_encrypted;
}

static guint last_place(const WsscSoap *soap)
{
    guint place = 0;
    for (guint i = 0; i < soap->outline->len; i++)
        place += ((const WsscOutlineItem *)soap->outline->pdata[i])->depth == 3 ? 1 : 0;
    return place;
}

/* From 1; 0: it is not in the Security header. */
static guint stands_at(const WsscSoap *soap, const char *name)
{
    guint place = 0;
    for (guint i = 0; i < soap->outline->len; i++) {
        const WsscOutlineItem *item = soap->outline->pdata[i];
        if (item->depth != 3)
            continue;
        place++;
        if (strcmp(item->name, name) == 0)
            return place;
    }
    return 0;
}

/* Every message under the context is expected to have one; where headers are hidden nothing can be told. */
static void read_timestamp(const WsscMessage *message, WsscShown *shown)
{
    const WsscSecurityHeader *security = message->soap->security;
    gboolean has_one = security != NULL && security->has_timestamp, is_first, is_last;

    if (message->soap->has_encrypted_header || message->soap->fault != NULL)
        return;
    is_first = stands_at(message->soap, "Timestamp") == 1;
    is_last = has_one && stands_at(message->soap, "Timestamp") == last_place(message->soap);
    if (shown->timestamp != WSSC_TRUTH_NO) {
        shown->timestamp = has_one ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
        if (has_one)
            shown->timestamp_in = message;
        else
            shown->without_timestamp = message;
    }
    if (has_one && shown->timestamp_first != WSSC_TRUTH_NO)
        shown->timestamp_first = is_first ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
    if (has_one && shown->timestamp_last != WSSC_TRUTH_NO)
        shown->timestamp_last = is_last ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
}

/* WS-SecurityPolicy 1.2 section 6.7.1: strict layout declares a token before it is used. */
static void read_order(const WsscMessage *message, WsscShown *shown)
{
    guint token = stands_at(message->soap, "SecurityContextToken"), signature = stands_at(message->soap, "Signature");
    if (token == 0 || signature == 0 || shown->declared_late == WSSC_TRUTH_YES)
        return;
    shown->declared_late = token > signature ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
    if (token > signature)
        shown->late_in = message;
}

/* By a token, or implied by a nonce at the reference (WS-SC 1.4 section 7.3). */
static gboolean derives_keys(const WsscSecurityHeader *security)
{
    if (security == NULL)
        return FALSE;
    for (guint i = 0; i < security->references->len; i++)
        if (((const WsscReference *)security->references->pdata[i])->has_nonce)
            return TRUE;
    return security->derived_keys->len > 0;
}

static void read_certificate(const WsscConnection *connection, WsscShown *shown)
{
    if (connection == NULL || connection->client_certificate == WSSC_TRUTH_UNKNOWN ||
        shown->client_certificate == WSSC_TRUTH_YES)
        return;
    shown->client_certificate = connection->client_certificate;
    shown->certificate_on = connection;
}

static void read_message(const WsscTrace *trace, const WsscMessage *message, WsscShown *shown)
{
    const WsscSoap *soap = message->soap;
    gboolean is_plain = soap->operation == WSSC_OPERATION_NONE;

    read_signatures(trace, message, shown);
    read_certificate(message->connection, shown);
    if (message->is_use && is_plain && derives_keys(soap->security))
        set(&shown->derived_keys, &shown->derived_in, message);
    if (!is_plain)
        return;
    if (is_body_encrypted(message))
        set(&shown->body_encrypted, &shown->encrypted_in, message);
    else if (shown->clear_in == NULL)
        shown->clear_in = message;
    read_timestamp(message, shown);
    read_order(message, shown);
    if (shown->soap == WSSC_SOAP_NOT) {
        shown->soap = soap->version;
        shown->wsa = soap->wsa;
        shown->encoding = message->encoding;
    }
}

/* What nothing showed is settled where something could have shown it. */
static void conclude(const WsscTrace *trace, WsscShown *shown)
{
    gboolean has_call = FALSE;
    for (guint i = 0; i < trace->messages->len; i++)
        has_call |= wssc_trace_is_call(trace->messages->pdata[i]);
    if (shown->is_signed == WSSC_TRUTH_YES) {
        /* CXF's own client of the token service derives none where its policy has the messages do so. */
        if (shown->derived_keys == WSSC_TRUTH_UNKNOWN && shown->is_call_signed)
            shown->derived_keys = WSSC_TRUTH_NO;
        if (shown->body_signed == WSSC_TRUTH_UNKNOWN)
            shown->body_signed = WSSC_TRUTH_NO;
    }
    if (has_call && shown->body_encrypted == WSSC_TRUTH_UNKNOWN)
        shown->body_encrypted = WSSC_TRUTH_NO;
}

void wssc_shown_read(const WsscTrace *trace, WsscBinding *binding)
{
    WsscShown *shown = &binding->shown;
    const WsscGrant *first = wssc_trace_first(trace);

    shown->size_asked = first != NULL && first->rst != NULL ? first->rst->key_size : -1;
    shown->size_given = first != NULL && first->rstr != NULL ? first->rstr->key_size : -1;
    for (guint i = 0; i < trace->messages->len; i++)
        read_message(trace, trace->messages->pdata[i], shown);
    if (shown->soap == WSSC_SOAP_NOT && first != NULL && first->request != NULL && first->request->damage == NULL) {
        shown->soap = first->request->soap->version;
        shown->wsa = first->request->soap->wsa;
        shown->encoding = first->request->encoding;
    }
    if (trace->cancel != NULL)
        set(&shown->cancel_seen, &shown->cancel_in, trace->cancel->request);
    for (guint i = 0; i < trace->grants->len; i++) {
        const WsscGrant *grant = trace->grants->pdata[i];
        if (grant->operation == WSSC_OPERATION_RENEW && grant->request != NULL)
            set(&shown->renew_seen, &shown->renew_in, grant->request);
    }
    conclude(trace, shown);
}
