/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the binding of each service is, beside its properties.
 */
#include "compare/private.h"

static void note_tokens(const WsscLedgerSide *one, const WsscBinding *binding)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < binding->bootstrap.count; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " and " : "", wssc_token_kind_name(binding->bootstrap.list[i]));
    if (text->len > 0)
        wssc_ledger_note(one, WSSC_ASPECT_TOKEN, "token in the request for a context", text->str, binding->rst);
}

static void note_truth(const WsscLedgerSide *one, const char *what, WsscTruth truth, const WsscMessage *from)
{
    if (truth != WSSC_TRUTH_UNKNOWN)
        wssc_ledger_note(one, WSSC_ASPECT_PROTECTION, what, truth == WSSC_TRUTH_YES ? "yes" : "no", from);
}

static void note_shown(const WsscLedgerSide *one, const WsscShown *shown, const WsscMessage *rst)
{
    static const char *const soaps[] = {NULL, "1.1", "1.2"};
    if (soaps[shown->soap] != NULL)
        wssc_ledger_note(one, WSSC_ASPECT_VERSION, "version of SOAP", soaps[shown->soap], rst);
    if (shown->wsa != WSSC_NS_NONE)
        wssc_ledger_note(one, WSSC_ASPECT_VERSION, "version of WS-Addressing", wssc_ns_version(shown->wsa), rst);
    if (rst != NULL)
        wssc_ledger_note(one, WSSC_ASPECT_TRANSPORT, "encoding of messages", wssc_encoding_name(shown->encoding), rst);
    note_truth(one, "keys are derived from the context", shown->derived_keys, shown->derived_in);
    note_truth(one, "messages are signed with the context", shown->is_signed, shown->signed_by);
    note_truth(one, "bodies are signed", shown->body_signed, shown->signed_by);
    note_truth(one, "bodies are encrypted", shown->body_encrypted, shown->encrypted_in);
    note_truth(one, "all messages have a Timestamp", shown->timestamp, shown->without_timestamp);
}

static void note_stack(const WsscLedgerSide *one, const char *what, const WsscLikeness *likeness,
                       const WsscMessage *from)
{
    if (likeness->is_like)
        wssc_ledger_note(one, WSSC_ASPECT_STACK, what, wssc_stack_name(likeness->like), from);
}

void wssc_compare_note_binding(const WsscLedgerSide *one, const WsscBindings *bindings)
{
    for (guint i = 0; i < bindings->endpoints->len; i++) {
        const WsscBinding *binding = bindings->endpoints->pdata[i];
        wssc_ledger_note(one, WSSC_ASPECT_TRANSPORT, "transport", wssc_transport_name(binding->transport),
                         binding->rst);
        note_tokens(one, binding);
        if (binding->suite != NULL)
            wssc_ledger_note(one, WSSC_ASPECT_ALGORITHM, "algorithm suite", binding->suite, binding->suite_from);
        if (binding->usage != WSSC_USAGE_UNKNOWN)
            wssc_ledger_note(one, WSSC_ASPECT_PROTECTION, "the context is for", wssc_usage_name(binding->usage),
                             binding->rst);
        if (binding->template_name != NULL)
            wssc_ledger_note(one, WSSC_ASPECT_PROPERTY, "template of WWSAPI", binding->template_name, binding->rst);
        note_shown(one, &binding->shown, binding->rst);
        note_stack(one, "software of the client", &binding->likeness[WSSC_PART_CLIENT], binding->rst);
        note_stack(one, "software of the service", &binding->likeness[WSSC_PART_SERVICE], binding->rst);
    }
}
