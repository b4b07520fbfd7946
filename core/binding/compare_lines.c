/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The lines of a comparison: one alternative of a policy beside what was observed.
 */
#include <string.h>

#include "binding/compare_private.h"
#include "binding/private.h"
#include "binding/suite.h"

/* ---- lines ------------------------------------------------------------------------------------------------------ */

static void free_line(gpointer data)
{
    WsscComparedLine *line = data;
    g_free(line->configured);
    g_free(line->observed);
    g_free(line->text);
    g_ptr_array_unref(line->evidence);
    g_free(line);
}

typedef struct {
    const WsscBinding *binding;
    const WsscAlternative *said;
    GPtrArray *lines;
} Comparing;

static WsscComparedLine *add(Comparing *c, const char *name, WsscCompared result, const char *configured,
                             const char *observed)
{
    WsscComparedLine *line = g_new0(WsscComparedLine, 1);
    line->name = name;
    line->result = result;
    line->configured = g_strdup(configured);
    line->observed = g_strdup(observed);
    line->evidence = wssc_evidence_list_new();
    g_ptr_array_add(c->lines, line);
    return line;
}

static void cite(WsscComparedLine *line, WsscEvidenceRole role, const WsscMessage *message)
{
    if (message != NULL)
        wssc_evidence_add(line->evidence, role, message->file, message->frame, "%s: %s", line->name, line->observed);
}

static void cite_property(WsscComparedLine *line, const WsscProperty *property)
{
    for (guint i = 0; i < property->evidence->len; i++) {
        const WsscEvidence *evidence = property->evidence->pdata[i];
        wssc_evidence_add(line->evidence, evidence->role, evidence->file, evidence->frame, "%s", evidence->text);
    }
}

static WsscCompared agree(gboolean is_same)
{
    return is_same ? WSSC_COMPARED_SAME : WSSC_COMPARED_DIFFERS;
}

static const char *truth_word(WsscTruth truth)
{
    return truth == WSSC_TRUTH_YES ? "yes" : truth == WSSC_TRUTH_NO ? "no" : "unknown";
}

/* ---- the context and its use ------------------------------------------------------------------------------------ */

static void compare_context(Comparing *c)
{
    static const char *const places[] = {"no context", "a supporting token", "the token that protects"};
    gboolean has_one = c->said->place != WSSC_PLACE_NONE;
    WsscTruth body = c->binding->shown.body_signed;
    WsscCompared result = agree(has_one);
    const char *observed = "a context is used";

    if (c->said->place == WSSC_PLACE_SUPPORTING && body == WSSC_TRUTH_YES) {
        result = WSSC_COMPARED_DIFFERS;
        observed = "the context's key signs the body: it protects";
    } else if (c->said->place == WSSC_PLACE_PROTECTION && c->said->body_signed && body == WSSC_TRUTH_NO) {
        result = WSSC_COMPARED_DIFFERS;
        observed = "the context's key does not sign the body: it supports";
    }
    WsscComparedLine *line = add(c, "context", result, places[c->said->place], observed);
    if (c->said->token_place != NULL)
        line->text = g_strdup_printf("in %s", c->said->token_place);
    cite(line, WSSC_EVIDENCE_SIGNATURE, c->binding->shown.signed_by);
}

static void compare_property(Comparing *c, const char *name, WsscPropertyId id, gint64 said)
{
    const WsscProperty *property = &c->binding->properties[id];
    g_autofree char *configured = said != WSSC_NO_VALUE ? wssc_property_value_text(id, said) : g_strdup("not stated");
    g_autofree char *observed = wssc_property_shown(id, property);
    WsscCompared result = WSSC_COMPARED_OPEN;

    if (said != WSSC_NO_VALUE && property->contradiction != NULL)
        result = WSSC_COMPARED_DIFFERS;
    else if (said != WSSC_NO_VALUE && (property->value != WSSC_NO_VALUE || property->word != NULL))
        result = agree(property->value == said);
    WsscComparedLine *line = add(c, name, result, configured, observed);
    if (property->contradiction != NULL)
        line->text = g_strdup(property->contradiction);
    cite_property(line, property);
}

static void compare_derived_keys(Comparing *c)
{
    WsscTruth seen = c->binding->shown.derived_keys;
    WsscComparedLine *line =
        add(c, "derived keys",
            seen == WSSC_TRUTH_UNKNOWN ? WSSC_COMPARED_OPEN : agree(c->said->derived_keys == (seen == WSSC_TRUTH_YES)),
            c->said->derived_keys ? "required" : "not required", truth_word(seen));
    cite(line, WSSC_EVIDENCE_KEY, seen == WSSC_TRUTH_YES ? c->binding->shown.derived_in : c->binding->shown.signed_by);
}

/* What is forbidden and was sent differs; what is allowed and was not sent proves nothing. */
static void compare_allowed(Comparing *c, const char *name, gboolean is_forbidden, WsscTruth seen,
                            const WsscMessage *at, WsscEvidenceRole role)
{
    gboolean is_sent = seen == WSSC_TRUTH_YES;
    WsscComparedLine *line = add(c, name, is_sent ? agree(!is_forbidden) : WSSC_COMPARED_OPEN,
                                 is_forbidden ? "must not be sent" : "allowed", is_sent ? "sent" : "none sent");
    cite(line, role, is_sent ? at : NULL);
}

/* ---- bootstrap -------------------------------------------------------------------------------------------------- */

static char *tokens_said(const WsscAlternative *said)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < said->tokens->len; i++) {
        const WsscSaidToken *token = said->tokens->pdata[i];
        g_string_append_printf(text, "%s%s%s", i > 0 ? ", " : "",
                               token->is_any_issued ? "issued token" : wssc_token_kind_name(token->kind),
                               token->is_never_sent ? " (its key alone)" : "");
    }
    return g_string_free(text->len > 0 ? text : g_string_append(text, "none"), FALSE);
}

static char *tokens_seen(const WsscTokenKinds *kinds)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < kinds->count; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", wssc_token_kind_name(kinds->list[i]));
    return g_string_free(text->len > 0 ? text : g_string_append(text, "none"), FALSE);
}

static gboolean fits_token(const WsscSaidToken *said, WsscTokenKind seen)
{
    if (seen == said->kind)
        return !said->is_never_sent;
    if (said->is_any_issued)
        return seen == WSSC_TOKEN_KIND_SAML20 || seen == WSSC_TOKEN_KIND_BINARY;
    /* A certificate of the service shows by the key that is encrypted for it. */
    return said->kind == WSSC_TOKEN_KIND_X509 && said->is_never_sent && seen == WSSC_TOKEN_KIND_ENCRYPTED_KEY;
}

static gboolean is_seen(const WsscSaidToken *said, const WsscTokenKinds *kinds)
{
    for (guint i = 0; i < kinds->count; i++)
        if (fits_token(said, kinds->list[i]))
            return TRUE;
    return FALSE;
}

static gboolean is_said(WsscTokenKind seen, const WsscAlternative *said)
{
    for (guint i = 0; i < said->tokens->len; i++)
        if (fits_token(said->tokens->pdata[i], seen))
            return TRUE;
    return FALSE;
}

/* Tokens may be encrypted in the request: what is not seen may be there. */
static gboolean may_hide(const WsscTokenKinds *kinds, const WsscMessage *request)
{
    if (request == NULL)
        return TRUE;
    for (guint i = 0; request->security != NULL && i < request->security->decryptions->len; i++) {
        const WsscDecryption *decryption = request->security->decryptions->pdata[i];
        if (decryption->result != WSSC_DECRYPTION_DECRYPTED)
            return TRUE;
    }
    return kinds->count > 0 && request->soap->body_encrypted;
}

static void compare_bootstrap(Comparing *c)
{
    const WsscTokenKinds *kinds = &c->binding->bootstrap;
    g_autofree char *said = tokens_said(c->said);
    g_autofree char *seen = tokens_seen(kinds);
    gboolean hides = may_hide(kinds, c->binding->rst), is_missing = FALSE, is_other = FALSE;

    for (guint i = 0; i < c->said->tokens->len; i++)
        is_missing |= !is_seen(c->said->tokens->pdata[i], kinds);
    for (guint i = 0; i < kinds->count; i++)
        is_other |= !is_said(kinds->list[i], c->said);
    WsscCompared result = !c->said->has_bootstrap || (c->binding->rst == NULL && kinds->count == 0) ? WSSC_COMPARED_OPEN
                          : is_other            ? WSSC_COMPARED_DIFFERS
                          : is_missing && hides ? WSSC_COMPARED_OPEN
                                                : agree(!is_missing);
    WsscComparedLine *line = add(c, "bootstrap token", result, c->said->has_bootstrap ? said : "not stated", seen);
    if (is_missing && hides && result == WSSC_COMPARED_OPEN)
        line->text = g_strdup("the request for the context is encrypted or not in the capture");
    cite(line, WSSC_EVIDENCE_TOKEN, c->binding->rst);
}

/* ---- transport -------------------------------------------------------------------------------------------------- */

static gboolean is_tcp_sspi(WsscTransport transport)
{
    return transport != WSSC_TRANSPORT_NETTCP_TLS && g_str_has_prefix(wssc_transport_name(transport), "net.tcp+");
}

static gboolean fits_transport(WsscSaidTransport said, WsscTransport seen)
{
    switch (said) {
    case WSSC_SAID_HTTPS:
        return seen == WSSC_TRANSPORT_HTTPS || seen == WSSC_TRANSPORT_WSS;
    case WSSC_SAID_TCP_TLS:
        return seen == WSSC_TRANSPORT_NETTCP_TLS;
    case WSSC_SAID_TCP_SSPI:
        return is_tcp_sspi(seen);
    default:
        return seen == WSSC_TRANSPORT_HTTP || seen == WSSC_TRANSPORT_NETTCP || seen == WSSC_TRANSPORT_WS;
    }
}

static void compare_transport(Comparing *c)
{
    static const char *const names[] = {"no protection by the transport", "HTTPS", "net.tcp with TLS",
                                        "net.tcp with SSPI"};
    const WsscStatement *protection = c->binding->statements->pdata[WSSC_STATEMENT_PROTECTED];
    gboolean is_same = fits_transport(c->said->transport, c->binding->transport);
    gboolean is_proxied = !is_same && protection->holds == WSSC_TRUTH_UNKNOWN;
    gboolean is_known = c->binding->transport != WSSC_TRANSPORT_OTHER && c->binding->transport != WSSC_TRANSPORT_FILE;
    WsscComparedLine *line = add(c, "transport", is_proxied || !is_known ? WSSC_COMPARED_OPEN : agree(is_same),
                                 names[c->said->transport], wssc_transport_name(c->binding->transport));
    if (is_proxied)
        line->text = g_strdup("a proxy stands between, the client's link may be another");
    for (guint i = 0; i < protection->evidence->len; i++) {
        const WsscEvidence *evidence = protection->evidence->pdata[i];
        wssc_evidence_add(line->evidence, WSSC_EVIDENCE_CONNECTION, evidence->file, evidence->frame, "%s",
                          line->observed);
    }
}

static void compare_certificate(Comparing *c)
{
    if (c->said->transport != WSSC_SAID_HTTPS)
        return;
    static const char *const observed[] = {
        [WSSC_TRUTH_UNKNOWN] = "unknown", [WSSC_TRUTH_NO] = "none shown", [WSSC_TRUTH_YES] = "shown"};
    const WsscConnection *connection = c->binding->shown.certificate_on;
    WsscTruth seen = c->binding->shown.client_certificate;
    gboolean is_required = c->said->client_certificate == WSSC_TRUTH_YES;
    /* A service may take one that it does not require. */
    gboolean is_open = seen == WSSC_TRUTH_UNKNOWN || (seen == WSSC_TRUTH_YES && !is_required);
    WsscComparedLine *line =
        add(c, "client certificate", is_open ? WSSC_COMPARED_OPEN : agree(is_required == (seen == WSSC_TRUTH_YES)),
            is_required ? "required" : "not required", observed[seen]);
    if (connection != NULL)
        wssc_evidence_add(line->evidence, WSSC_EVIDENCE_CONNECTION, connection->file, connection->certificate_frame,
                          "client certificate: %s", line->observed);
    if (is_open)
        line->text =
            g_strdup(connection != NULL ? "a service may ask for one that it does not require"
                                        : "it stands in the TLS handshake, which is not in the capture, cannot "
                                          "be opened, or goes on with an earlier session");
}

/* ---- algorithms and header -------------------------------------------------------------------------------------- */

/* Suites that differ in RSA alone are one where nothing showed RSA. */
static gboolean is_told(const GPtrArray *suites)
{
    guint others = 0;
    for (guint i = 0; i < suites->len; i++) {
        const WsscSuite *suite = wssc_suite_named(suites->pdata[i]);
        others += suite != NULL && !suite->is_rsa15 ? 1 : 0;
    }
    return suites->len == 1 || others == 1;
}

static void compare_suite(Comparing *c)
{
    const GPtrArray *suites = c->binding->suites;
    gboolean is_fitting = FALSE;
    for (guint i = 0; c->said->suite != NULL && i < suites->len; i++)
        is_fitting |= strcmp(suites->pdata[i], c->said->suite) == 0;
    WsscCompared result = c->said->suite == NULL || suites->len == 0 ? WSSC_COMPARED_OPEN
                          : !is_fitting                              ? WSSC_COMPARED_DIFFERS
                          : is_told(suites)                          ? WSSC_COMPARED_SAME
                                                                     : WSSC_COMPARED_OPEN;
    WsscComparedLine *line = add(c, "algorithm suite", result, c->said->suite != NULL ? c->said->suite : "not stated",
                                 c->binding->suite != NULL        ? c->binding->suite
                                 : c->binding->suite_text != NULL ? c->binding->suite_text
                                                                  : "unknown");
    if (result == WSSC_COMPARED_OPEN && is_fitting)
        line->text = g_strdup("it fits, as others do");
    cite(line, WSSC_EVIDENCE_SIGNATURE, c->binding->suite_from);
}

static void compare_timestamp(Comparing *c)
{
    const WsscShown *shown = &c->binding->shown;
    WsscTruth seen = shown->timestamp;
    WsscComparedLine *line =
        add(c, "timestamp",
            seen == WSSC_TRUTH_UNKNOWN ? WSSC_COMPARED_OPEN : agree(c->said->timestamp == (seen == WSSC_TRUTH_YES)),
            c->said->timestamp ? "included" : "not included", truth_word(seen));
    cite(line, WSSC_EVIDENCE_TIMESTAMP, seen == WSSC_TRUTH_NO ? shown->without_timestamp : shown->timestamp_in);
}

static void compare_layout(Comparing *c)
{
    static const char *const names[] = {"not stated", "Strict", "Lax", "LaxTsFirst", "LaxTsLast"};
    const WsscShown *shown = &c->binding->shown;
    WsscTruth broken = WSSC_TRUTH_UNKNOWN;
    const char *observed = shown->declared_late == WSSC_TRUTH_YES     ? "a token behind the signature that uses it"
                           : shown->timestamp_first == WSSC_TRUTH_YES ? "the Timestamp first"
                           : shown->timestamp_last == WSSC_TRUTH_YES  ? "the Timestamp last"
                           : shown->timestamp == WSSC_TRUTH_YES       ? "the Timestamp neither first nor last"
                                                                      : "unknown";
    if (c->said->layout == WSSC_LAYOUT_STRICT)
        broken = shown->declared_late;
    else if (c->said->layout == WSSC_LAYOUT_LAX_TS_FIRST && shown->timestamp_first != WSSC_TRUTH_UNKNOWN)
        broken = shown->timestamp_first == WSSC_TRUTH_YES ? WSSC_TRUTH_NO : WSSC_TRUTH_YES;
    else if (c->said->layout == WSSC_LAYOUT_LAX_TS_LAST && shown->timestamp_last != WSSC_TRUTH_UNKNOWN)
        broken = shown->timestamp_last == WSSC_TRUTH_YES ? WSSC_TRUTH_NO : WSSC_TRUTH_YES;
    else if (c->said->layout == WSSC_LAYOUT_LAX && shown->timestamp == WSSC_TRUTH_YES)
        broken = WSSC_TRUTH_NO;
    WsscComparedLine *line =
        add(c, "layout", broken == WSSC_TRUTH_UNKNOWN ? WSSC_COMPARED_OPEN : agree(broken == WSSC_TRUTH_NO),
            names[c->said->layout], observed);
    if (broken == WSSC_TRUTH_NO)
        line->text = g_strdup(c->said->layout == WSSC_LAYOUT_LAX ? "any order fits" : "not excluded");
    cite(line, WSSC_EVIDENCE_HEADER,
         broken == WSSC_TRUTH_YES && shown->late_in != NULL ? shown->late_in : shown->timestamp_in);
}

/* Over a protected transport no parts are signed or encrypted. */
static void compare_protection(Comparing *c)
{
    const WsscShown *shown = &c->binding->shown;
    gboolean is_asked = c->said->body_encrypted && c->said->transport == WSSC_SAID_NOTHING;
    WsscComparedLine *line =
        add(c, "encrypted body",
            shown->body_encrypted == WSSC_TRUTH_UNKNOWN ? WSSC_COMPARED_OPEN
                                                        : agree(is_asked == (shown->body_encrypted == WSSC_TRUTH_YES)),
            is_asked ? "yes" : "no", truth_word(shown->body_encrypted));
    cite(line, WSSC_EVIDENCE_DECRYPTION,
         shown->body_encrypted == WSSC_TRUTH_NO ? shown->clear_in : shown->encrypted_in);
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

GPtrArray *wssc_compare_lines(const WsscBinding *binding, const WsscAlternative *said)
{
    Comparing c = {binding, said, g_ptr_array_new_with_free_func(free_line)};
    const WsscShown *shown = &binding->shown;

    compare_context(&c);
    compare_transport(&c);
    compare_certificate(&c);
    compare_suite(&c);
    compare_timestamp(&c);
    compare_layout(&c);
    compare_protection(&c);
    if (said->place == WSSC_PLACE_NONE)
        return c.lines;
    compare_property(&c, "version", WSSC_PROPERTY_VERSION, said->version);
    compare_property(&c, "entropy", WSSC_PROPERTY_ENTROPY_MODE, said->entropy);
    compare_derived_keys(&c);
    compare_bootstrap(&c);
    compare_allowed(&c, "renewal", said->no_renew, shown->renew_seen, shown->renew_in, WSSC_EVIDENCE_RENEW);
    compare_allowed(&c, "cancel", said->no_cancel, shown->cancel_seen, shown->cancel_in, WSSC_EVIDENCE_CANCEL);
    return c.lines;
}
