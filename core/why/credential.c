/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Who the client says it is.
 */
#include <string.h>

#include "base/text.h"
#include "why/case.h"

/* A message that shows who sends it, other than by a context: a request for one, or a call without any. */
static gboolean shows_credential(const WsscCase *own)
{
    const WsscMessage *request = own->request;
    return request != NULL && !request->is_use && request->soap->security != NULL;
}

/* The kinds that say who sends it: not those that only bring keys. */
static char *tokens_of(const WsscMessage *request)
{
    const WsscSecurityHeader *security = request->soap->security;
    GString *text = g_string_new(NULL);
    for (guint i = 0; security != NULL && i < security->tokens.count; i++) {
        WsscTokenKind kind = (WsscTokenKind)security->tokens.list[i];
        if (kind != WSSC_TOKEN_KIND_ENCRYPTED_KEY && kind != WSSC_TOKEN_KIND_SCT)
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", wssc_token_kind_name(kind));
    }
    return g_string_free(text, FALSE);
}

static void cite_token(const WsscCase *own, WsscArgument *argument)
{
    g_autofree char *tokens = tokens_of(own->request);
    const char *user = own->request->soap->security->username;
    wssc_cite_message(argument, WSSC_EVIDENCE_TOKEN, own->request, "the client shows: %s%s%s",
                      *tokens != '\0' ? tokens : "no token that says who it is", user != NULL ? ", user " : "",
                      user != NULL ? user : "");
}

gboolean wssc_holds_user_not_authenticated(const WsscCase *own, WsscArgument *argument)
{
    if (own->refusal != WSSC_REFUSAL_AUTHENTICATION || !wssc_has_token(own->request, WSSC_TOKEN_KIND_USERNAME))
        return FALSE;
    const char *user = own->request->soap->security->username;
    wssc_argue(argument, "the service could not authenticate user %s", user != NULL ? user : "(without a name)");
    cite_token(own, argument);
    return TRUE;
}

gboolean wssc_holds_user_refused(const WsscCase *own, WsscArgument *argument)
{
    if (!shows_credential(own) || !wssc_has_token(own->request, WSSC_TOKEN_KIND_USERNAME))
        return FALSE;
    wssc_argue(argument, "the message shows a user name and a password, and nothing in it is seen to be wrong");
    cite_token(own, argument);
    return TRUE;
}

gboolean wssc_holds_no_user_name(const WsscCase *own, WsscArgument *argument)
{
    if (own->request == NULL || wssc_has_token(own->request, WSSC_TOKEN_KIND_USERNAME))
        return FALSE;
    if (shows_credential(own))
        wssc_argue(argument, "the message has no user name that can be read");
    return TRUE;
}

/* .NET has a code of its own for that. */
gboolean wssc_holds_password_would_be_named(const WsscCase *own, WsscArgument *argument)
{
    if (own->refusal != WSSC_REFUSAL_SECURITY || !wssc_is_dotnet(own->stack))
        return FALSE;
    wssc_argue(argument, "this stack answers a wrong password with FailedAuthentication");
    return TRUE;
}

gboolean wssc_holds_token_kind_refused(const WsscCase *own, WsscArgument *argument)
{
    if (own->fault == NULL || !shows_credential(own) ||
        !wssc_fault_has(own->fault, WSSC_NS_FAMILY_WSSE, "UnsupportedSecurityToken"))
        return FALSE;
    wssc_argue(argument, "the service says that it does not support this kind of token");
    cite_token(own, argument);
    return TRUE;
}

gboolean wssc_holds_credential_not_authenticated(const WsscCase *own, WsscArgument *argument)
{
    if (own->refusal != WSSC_REFUSAL_AUTHENTICATION || own->request == NULL ||
        wssc_has_token(own->request, WSSC_TOKEN_KIND_USERNAME) || !shows_credential(own))
        return FALSE;
    wssc_argue(argument, "the service could not authenticate the token");
    cite_token(own, argument);
    return TRUE;
}

/* ---- issued tokens ------------------------------------------------------------------------------------------------
 */

#define FORGIVEN (5 * 60 * G_USEC_PER_SEC)

/* An assertion whose conditions had ended when it came, by the service's clock where that is known; or NULL. */
static const WsscSaml *outdated_assertion(const WsscCase *own, gint64 *ret_over)
{
    const WsscSecurityHeader *security = own->request != NULL ? own->request->soap->security : NULL;
    gint64 ahead = own->clocks.has_service ? own->clocks.service.ahead : 0;
    for (guint i = 0; security != NULL && i < security->assertions->len; i++) {
        const WsscSaml *assertion = security->assertions->pdata[i];
        if (assertion->expires == WSSC_TIME_NONE || own->request->time + ahead <= assertion->expires + FORGIVEN)
            continue;
        *ret_over = own->request->time + ahead - assertion->expires;
        return assertion;
    }
    return NULL;
}

static void cite_issue(const WsscCase *own, const WsscSaml *assertion, WsscArgument *argument)
{
    const GPtrArray *tokens = own->scene->model->tokens;
    for (guint i = 0; i < MIN(tokens->len, WSSC_FAR); i++) {
        const WsscToken *token = tokens->pdata[i];
        const WsscMessage *issued = token->issued_by != NULL ? token->issued_by->response : NULL;
        if (issued == NULL || strcmp(token->id, assertion->id) != 0)
            continue;
        g_autofree char *until = wssc_time_format(assertion->expires);
        wssc_cite_message(argument, WSSC_EVIDENCE_ISSUE, issued, "%s issues the assertion, good until %s", issued->src,
                          until);
        return;
    }
}

static gboolean argue_outdated(const WsscCase *own, WsscArgument *argument)
{
    gint64 over = 0;
    const WsscSaml *assertion = outdated_assertion(own, &over);
    if (assertion == NULL)
        return FALSE;
    g_autofree char *span = wssc_span_text(over);
    wssc_argue(argument, "the assertion that the message shows had expired %s before", span);
    cite_issue(own, assertion, argument);
    cite_token(own, argument);
    return TRUE;
}

/* The service names the token as what it does not take. */
gboolean wssc_holds_assertion_expired_and_said(const WsscCase *own, WsscArgument *argument)
{
    return (own->refusal == WSSC_REFUSAL_AUTHENTICATION || own->refusal == WSSC_REFUSAL_TOKEN) &&
           argue_outdated(own, argument);
}

gboolean wssc_holds_assertion_expired(const WsscCase *own, WsscArgument *argument)
{
    return own->refusal == WSSC_REFUSAL_SECURITY && argue_outdated(own, argument);
}

/* The request for a context is refused for its security, though nothing is wrong with its clock: .NET says so of a
 * token that its binding does not ask for. */
gboolean wssc_holds_bootstrap_refused(const WsscCase *own, WsscArgument *argument)
{
    WsscProofs proofs = wssc_proofs_of(own->request);
    if (!shows_credential(own) || own->operation != WSSC_OPERATION_ISSUE || proofs.invalid > 0)
        return FALSE;
    if (own->refusal != WSSC_REFUSAL_TOKEN && !(own->refusal == WSSC_REFUSAL_SECURITY && wssc_is_dotnet(own->stack)))
        return FALSE;
    if (own->clocks.has_timestamp && ABS(own->clocks.ahead) > 60 * G_USEC_PER_SEC)
        return FALSE;
    wssc_argue(argument, "the request for a context is refused for its security, and its Timestamp is right");
    cite_token(own, argument);
    return TRUE;
}

gboolean wssc_holds_credential_refused(const WsscCase *own, WsscArgument *argument)
{
    WsscProofs proofs = wssc_proofs_of(own->request);
    if (!shows_credential(own) || proofs.invalid > 0 ||
        (own->clocks.has_timestamp && ABS(own->clocks.ahead) > 60 * G_USEC_PER_SEC))
        return FALSE;
    wssc_argue(argument, "the message shows who sends it by a token of its own, and nothing else in it is seen to be "
                         "wrong");
    cite_token(own, argument);
    return TRUE;
}

gboolean wssc_holds_http_asks_for_credentials(const WsscCase *own, WsscArgument *argument)
{
    if (own->sign == NULL || own->sign->kind != WSSC_SIGN_STATUS ||
        (own->sign->value != 401 && own->sign->value != 407))
        return FALSE;
    wssc_argue(argument, "HTTP itself asks for credentials (status %u), and the request is not sent again with any",
               own->sign->value);
    return TRUE;
}

/* ---- cancels --------------------------------------------------------------------------------------------------- */

/* The same context, in messages of the same kind, was good enough for calls. */
gboolean wssc_holds_calls_were_accepted(const WsscCase *own, WsscArgument *argument)
{
    if (own->operation != WSSC_OPERATION_CANCEL || own->last_good == NULL || !own->last_good->request->is_use)
        return FALSE;
    wssc_argue(argument, "calls under the same context were served: what is said of the cancel's policy may have "
                         "another reason");
    return TRUE;
}
