/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/event_message.h"

#include "report/json.h"

/* ---- tokens and references -------------------------------------------------------------------------------- */

static const char *version_of(WsscNs ns)
{
    return ns != WSSC_NS_NONE ? wssc_ns_version(ns) : NULL;
}

/* A number that the message says: null when it does not, "malformed" is told apart. */
static void put_number(WsscWriter *w, const char *name, gint64 value)
{
    wssc_writer_int_or_null(w, name, value, value != -1);
}

static void put_sct(WsscWriter *w, const char *name, const WsscSct *sct)
{
    if (sct == NULL) {
        wssc_writer_null(w, name);
        return;
    }
    wssc_writer_object(w, name);
    wssc_writer_string(w, "version", version_of(sct->ns));
    wssc_writer_string(w, "id", sct->id);
    wssc_writer_string(w, "identifier", sct->identifier);
    wssc_writer_string(w, "instance", sct->instance);
    wssc_writer_bool(w, "has_cookie", sct->has_cookie);
    wssc_writer_end(w);
}

static void put_reference(WsscWriter *w, const char *name, const WsscReference *reference)
{
    if (reference == NULL) {
        wssc_writer_null(w, name);
        return;
    }
    wssc_writer_object(w, name);
    wssc_writer_string(w, "kind", wssc_str_kind_name(reference->kind));
    wssc_writer_string(w, "value", reference->value);
    wssc_writer_string(w, "value_type", reference->value_type);
    wssc_writer_string(w, "token_type", reference->token_type);
    wssc_writer_string(w, "instance", reference->instance);
    put_sct(w, "sct", reference->sct);
    wssc_writer_end(w);
}

static void put_derived_key(WsscWriter *w, const WsscDerivedKey *key)
{
    wssc_writer_object(w, NULL);
    wssc_writer_string(w, "version", version_of(key->ns));
    wssc_writer_string(w, "id", key->id);
    wssc_writer_string(w, "algorithm", key->algorithm);
    put_reference(w, "source", key->source);
    put_number(w, "generation", key->generation);
    put_number(w, "offset", key->offset);
    put_number(w, "length", key->length);
    wssc_writer_string(w, "label", key->label);
    wssc_writer_bool(w, "has_nonce", key->has_nonce);
    wssc_writer_end(w);
}

static void put_security(WsscWriter *w, const WsscSoap *soap)
{
    const WsscSecurityHeader *security = soap->security;
    if (security == NULL) {
        wssc_writer_null(w, "security");
        return;
    }
    wssc_writer_object(w, "security");
    wssc_writer_int(w, "headers", soap->security_headers);
    wssc_writer_string(w, "actor", security->actor);
    wssc_writer_int(w, "timestamps", security->timestamps);
    wssc_writer_time(w, "created", security->created);
    wssc_writer_time(w, "expires", security->expires);
    wssc_writer_array(w, "tokens");
    for (guint i = 0; i < security->tokens.count; i++)
        wssc_writer_string(w, NULL, wssc_token_kind_name(security->tokens.list[i]));
    wssc_writer_end(w);
    wssc_writer_string(w, "username", security->username);
    wssc_writer_array(w, "scts");
    for (guint i = 0; i < security->scts->len; i++)
        put_sct(w, NULL, security->scts->pdata[i]);
    wssc_writer_end(w);
    wssc_writer_array(w, "references");
    for (guint i = 0; i < security->references->len; i++)
        put_reference(w, NULL, security->references->pdata[i]);
    wssc_writer_end(w);
    wssc_writer_array(w, "derived_keys");
    for (guint i = 0; i < security->derived_keys->len; i++)
        put_derived_key(w, security->derived_keys->pdata[i]);
    wssc_writer_end(w);
    wssc_writer_int(w, "signatures", security->signatures);
    wssc_writer_int(w, "encrypted", security->encrypted);
    wssc_writer_int(w, "reference_lists", security->reference_lists);
    wssc_writer_int(w, "confirmations", security->signature_confirmations);
    wssc_writer_end(w);
}

/* ---- WS-Trust ---------------------------------------------------------------------------------------------- */

static void put_trust(WsscWriter *w, const WsscTrust *trust)
{
    gboolean is_computed = trust->proof.kind == WSSC_SECRET_COMPUTED;
    wssc_writer_object(w, NULL);
    wssc_writer_bool(w, "is_response", trust->is_response);
    wssc_writer_string(w, "version", version_of(trust->ns));
    wssc_writer_string(w, "context", trust->context);
    wssc_writer_string(w, "request_type", trust->request_type);
    wssc_writer_string(w, "token_type", trust->token_type);
    wssc_writer_string(w, "key_type", trust->key_type);
    put_number(w, "key_size", trust->key_size);
    wssc_writer_string(w, "entropy", wssc_secret_kind_name(trust->entropy.kind));
    wssc_writer_string(w, "proof", wssc_secret_kind_name(trust->proof.kind));
    wssc_writer_string(w, "computed_key", is_computed ? trust->proof.type : NULL);
    wssc_writer_bool(w, "has_lifetime", trust->has_lifetime);
    wssc_writer_time(w, "created", trust->created);
    wssc_writer_time(w, "expires", trust->expires);
    wssc_writer_string(w, "applies_to", trust->applies_to);
    put_reference(w, "target", trust->target);
    put_sct(w, "issued", trust->sct);
    wssc_writer_string(w, "issued_element", trust->requested_token);
    wssc_writer_bool(w, "is_cancelled", trust->is_cancelled);
    wssc_writer_string(w, "status", trust->status_code);
    wssc_writer_string(w, "binary_exchange", trust->binary_exchange);
    wssc_writer_bool(w, "is_authenticator_only", trust->is_authenticator_only);
    wssc_writer_end(w);
}

/* ---- the message ------------------------------------------------------------------------------------------- */

static void put_carrier(WsscWriter *w, const WsscMessage *message, guint pair)
{
    static const char *const directions[] = {
        [WSSC_DIRECTION_UNKNOWN] = NULL, [WSSC_DIRECTION_REQUEST] = "request", [WSSC_DIRECTION_RESPONSE] = "response"};
    wssc_writer_string(w, "encoding", wssc_encoding_name(message->encoding));
    wssc_writer_string(w, "transport", wssc_transport_name(message->transport));
    wssc_writer_bool(w, "is_protected", message->is_protected);
    wssc_writer_string(w, "src", message->src);
    wssc_writer_string(w, "dst", message->dst);
    wssc_writer_string(w, "direction", directions[message->direction]);
    wssc_writer_int_or_null(w, "connection", (gint64)message->stream, message->stream != 0);
    wssc_writer_int_or_null(w, "pair", pair, pair != 0);
    wssc_writer_int(w, "octets", message->length);
    wssc_writer_int_or_null(w, "http_status", message->http_status, message->http_status != 0);
    wssc_writer_time(w, "http_date", message->http_date != 0 ? message->http_date : WSSC_TIME_NONE);
    wssc_writer_string(w, "agent", message->agent);
    wssc_writer_string(w, "forwarded", message->forwarded);
    wssc_writer_string(w, "host", message->host);
    wssc_writer_string(w, "damage", message->damage);
}

void wssc_event_put_message(WsscWriter *w, const WsscMessage *message, guint pair)
{
    static const char *const soap_versions[] = {NULL, "1.1", "1.2"};
    const WsscSoap *soap = message->soap;
    wssc_writer_int(w, "ordinal", message->ordinal);
    wssc_writer_string(w, "message_id", soap->message_id);
    wssc_writer_string(w, "relates_to", soap->relates_to);
    wssc_writer_string(w, "action", soap->action);
    wssc_writer_string(w, "to", soap->to);
    wssc_writer_string(w, "reply_to", soap->reply_to);
    wssc_writer_string(w, "soap", soap_versions[soap->version]);
    put_carrier(w, message, pair);
    wssc_writer_string(w, "context", message->context != NULL ? message->context->identifier : NULL);
    wssc_writer_string(w, "instance", wssc_message_instance_name(message));
    wssc_writer_bool(w, "is_use", message->is_use);
    wssc_writer_bool(w, "is_response", message->is_response);
    wssc_writer_bool(w, "is_copy", message->is_copy);
    wssc_writer_int_or_null(w, "exchange", message->exchange != NULL ? message->exchange->index : 0,
                            message->exchange != NULL);
    wssc_writer_string(w, "operation", wssc_operation_name(soap->operation));
    wssc_writer_bool(w, "is_sct_operation", soap->is_sct_operation);
    wssc_writer_bool(w, "is_negotiation", soap->is_negotiation);
    wssc_writer_bool(w, "is_collection", soap->is_collection);
    wssc_writer_string(w, "body", soap->body_name);
    wssc_writer_bool(w, "is_body_encrypted", soap->body_encrypted);
    wssc_writer_bool(w, "was_decrypted", message->security != NULL && message->security->opened != NULL);
    put_security(w, soap);
    wssc_writer_array(w, "wst");
    for (guint i = 0; i < soap->trusts->len; i++)
        put_trust(w, soap->trusts->pdata[i]);
    wssc_writer_end(w);
    wssc_json_put_fault(w, message);
}

void wssc_event_put_origin(WsscWriter *w, const WsscModel *model, gboolean has_key, const WsscKeyOrigin *origin)
{
    gboolean is_frame = has_key && origin->source == WSSC_KEY_FROM_CAPTURE && origin->frame != 0;
    wssc_writer_string(w, "key_source", has_key ? wssc_key_source_name(origin->source) : NULL);
    wssc_writer_string(w, "key_file", is_frame ? wssc_model_file(model, origin->file) : NULL);
    wssc_writer_int_or_null(w, "key_frame", origin->frame, is_frame);
    wssc_writer_int_or_null(w, "key_line", origin->line,
                            has_key && origin->source == WSSC_KEY_FROM_KEYFILE && origin->line > 0);
}

void wssc_event_put_decryption(WsscWriter *w, const WsscDecryption *decryption)
{
    wssc_writer_string(w, "element", decryption->element);
    wssc_writer_string(w, "parent", decryption->parent);
    wssc_writer_string(w, "content", decryption->content);
    wssc_writer_string(w, "id", decryption->id);
    wssc_writer_string(w, "algorithm", decryption->algorithm);
    wssc_writer_string(w, "key_kind", wssc_key_kind_name(decryption->key_kind));
    wssc_writer_string(w, "context", decryption->context);
    wssc_writer_string(w, "instance", decryption->instance);
    wssc_writer_string(w, "result", wssc_decryption_result_name(decryption->result));
    wssc_writer_string(w, "reason", decryption->reason);
    wssc_writer_string(w, "deviation", decryption->deviation);
    wssc_writer_string(w, "key_fingerprint", decryption->key_fingerprint);
}
