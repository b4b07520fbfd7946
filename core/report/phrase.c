/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/phrase.h"

#include <string.h>

#include "soap/action.h"

/* The last two steps of an action are what tells calls apart: "Echo/Say". */
static const char *short_action(const char *action)
{
    const char *last = strrchr(action, '/');
    if (last == NULL || last == action)
        return action;
    for (const char *p = last - 1; p > action; p--)
        if (p[-1] == '/' || p[-1] == ':')
            return p;
    return action;
}

static void phrase_operation(GString *out, const WsscMessage *message, const WsscAction *action)
{
    static const char *const asks[WSSC_OPERATION_MAX] = {NULL,
                                                         "Asks for a token",
                                                         "Asks to amend it",
                                                         "Asks to renew it",
                                                         "Asks to cancel it",
                                                         "Asks to validate a token",
                                                         "Asks for a key exchange"};
    static const char *const answers[WSSC_OPERATION_MAX] = {NULL,        "Token issued", "Amended",     "Renewed",
                                                            "Cancelled", "Validated",    "Key exchange"};
    WsscOperation operation = message->soap->operation;
    gboolean is_response = action->is_response;

    if (message->soap->trusts->len > 0)
        is_response = ((WsscTrust *)message->soap->trusts->pdata[0])->is_response;
    const char *text = is_response ? answers[operation] : asks[operation];
    if (operation == WSSC_OPERATION_ISSUE && message->soap->is_sct_operation)
        text = is_response ? "Context issued" : "Asks for a context";
    g_string_append(out, text);
    if (message->soap->is_negotiation)
        g_string_append(out, " (a leg of a negotiation)");
    if (message->soap->body_encrypted)
        g_string_append(out, " (encrypted)");
}

static void phrase_fault(GString *out, const WsscFault *fault)
{
    g_string_append_printf(out, "Fault %s", fault->code);
    if (fault->cause != NULL)
        g_string_append_printf(out, ": %s", fault->cause);
    else if (fault->reason != NULL)
        g_string_append_printf(out, ": %.80s", fault->reason);
}

static void phrase_verdicts(GString *out, const WsscSecurity *security)
{
    guint counts[WSSC_VERDICT_MAX] = {0};
    for (guint i = 0; security != NULL && i < security->signatures->len; i++)
        counts[((WsscSignature *)security->signatures->pdata[i])->verdict]++;
    for (int v = WSSC_VERDICT_VALID; v < WSSC_VERDICT_MAX; v++)
        if (counts[v] == 1)
            g_string_append_printf(out, ", signature %s", wssc_verdict_name((WsscVerdict)v));
        else if (counts[v] > 1)
            g_string_append_printf(out, ", %u signatures %s", counts[v], wssc_verdict_name((WsscVerdict)v));
}

char *wssc_phrase_message(const WsscMessage *message)
{
    GString *out = g_string_new(NULL);
    const WsscSoap *soap = message->soap;
    WsscAction action = {.is_response = FALSE};

    if (message->damage != NULL) {
        g_string_append_printf(out, "SOAP message not readable: %s", message->damage);
        return g_string_free(out, FALSE);
    }
    wssc_action_parse(soap->action, &action);
    if (soap->fault != NULL)
        phrase_fault(out, soap->fault);
    else if (soap->operation != WSSC_OPERATION_NONE)
        phrase_operation(out, message, &action);
    else
        g_string_append(out, soap->action != NULL      ? short_action(soap->action)
                             : soap->body_name != NULL ? soap->body_name
                                                       : "SOAP message");
    if (message->context != NULL)
        g_string_append_printf(out, ", context %u", message->context->index);
    if (wssc_message_instance_name(message) != NULL)
        g_string_append_printf(out, ", instance %u", wssc_message_instance_number(message));
    phrase_verdicts(out, message->security);
    return g_string_free(out, FALSE);
}
