/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What renewals, or their absence, tell: whether they are supported, both intervals, the rollover.
 */
#include <string.h>

#include "binding/private.h"

/* ---- support --------------------------------------------------------------------------------------------------- */

/* The service says no to the renewal itself, not to who asks or when. */
static gboolean refuses_renewal(const WsscFault *fault)
{
    static const struct {
        WsscNsFamily family;
        const char *code;
    } codes[] = {{WSSC_NS_FAMILY_WST, "InvalidRequest"}, {WSSC_NS_FAMILY_WST, "UnableToRenew"},
                 {WSSC_NS_FAMILY_WSC, "UnableToRenew"},  {WSSC_NS_FAMILY_WST, "RequestFailed"},
                 {WSSC_NS_FAMILY_WST, "BadRequest"},     {WSSC_NS_FAMILY_WSA, "ActionNotSupported"}};
    for (guint i = 0; fault != NULL && i < G_N_ELEMENTS(codes); i++)
        if (wssc_fault_has(fault, codes[i].family, codes[i].code))
            return TRUE;
    return FALSE;
}

/* The client was told to renew, and asked for another context instead. */
static const WsscRenewal *reissued_instead(const WsscContext *context)
{
    for (guint i = 0; context->renewal_list != NULL && i < context->renewal_list->len; i++) {
        const WsscRenewal *renewal = context->renewal_list->pdata[i];
        if (renewal->outcome == WSSC_RENEWAL_REISSUED && renewal->needed_by != NULL)
            return renewal;
    }
    return NULL;
}

void wssc_infer_support_renew(const WsscInference *inference, WsscProperty *property)
{
    const WsscTrace *trace = inference->trace;
    const WsscGrant *done = NULL, *refused = NULL, *open = NULL;
    guint refusals = 0;

    for (guint i = 0; i < trace->grants->len; i++) {
        const WsscGrant *grant = trace->grants->pdata[i];
        if (grant->operation != WSSC_OPERATION_RENEW)
            continue;
        if (grant->outcome == WSSC_GRANT_ISSUED || grant->outcome == WSSC_GRANT_UNREADABLE) {
            done = done == NULL ? grant : done;
        } else if (grant->outcome == WSSC_GRANT_REFUSED && refuses_renewal(grant->fault)) {
            refused = refused != NULL ? refused : grant;
            refusals++;
        } else {
            open = grant;
        }
    }
    const WsscRenewal *instead = done == NULL && refused == NULL ? reissued_instead(trace->context) : NULL;
    if (done != NULL) {
        wssc_property_is(property, WSSC_KNOWN_EXACT, TRUE, "the client renews, and the service answers with a key");
        wssc_property_cite(property, WSSC_EVIDENCE_RENEW, done->request, "asks to renew");
        wssc_property_cite(property, WSSC_EVIDENCE_RESPONSE, done->response, "answered");
    } else if (refused != NULL) {
        wssc_property_is(property, WSSC_KNOWN_LIKELY, FALSE,
                         "the client supports it, for it renews; the service refused %s, and probably does not",
                         refusals > 1 ? "again and again" : "once");
        wssc_property_cite(property, WSSC_EVIDENCE_RENEW, refused->request, "asks to renew");
        wssc_property_cite(property, WSSC_EVIDENCE_FAULT, refused->response, "%s", refused->fault->code);
    } else if (open != NULL) {
        wssc_property_say(property, "the client supports it, for it renews; the service's answer leaves its own open");
        wssc_property_cite(property, WSSC_EVIDENCE_RENEW, open->request, "asks to renew");
        wssc_property_cite(property, WSSC_EVIDENCE_FAULT, open->response, "the answer says nothing of renewals");
    } else if (instead != NULL) {
        wssc_property_is(property, WSSC_KNOWN_LIKELY, FALSE,
                         "the service asked for renewal, and the client asked for a new context: it probably does not");
        wssc_property_cite(property, WSSC_EVIDENCE_FAULT, instead->needed_by, "renewal is needed");
        wssc_property_cite(property, WSSC_EVIDENCE_REQUEST,
                           instead->exchange != NULL ? instead->exchange->request : NULL, "a new context is asked for");
    }
}

/* ---- the client's interval -------------------------------------------------------------------------------------- */

/* When a client renews by the life of the key instead of by an interval, its age at the renewal bounds nothing. */
static const char *renews_by_lifetime(const WsscInference *inference)
{
    const WsscAges *ages = &inference->surveyed->ages;
    const WsscLikeness *client = &inference->binding->likeness[WSSC_PART_CLIENT];
    gboolean is_wcf = client->is_like && client->like == WSSC_STACK_WCF;
    gboolean is_wwsapi = client->is_like && client->like == WSSC_STACK_WWSAPI;

    if (ages->is_late)
        return "it renews when the key is over";
    if (client->is_like && !is_wcf && !is_wwsapi)
        return "its stack renews by the key's lifetime";
    /* WCF renews at the smaller of its interval and 60 % of the validity. */
    if (is_wcf && ages->share >= 595)
        return "WCF renews at 60 % of the key's lifetime at the latest";
    if (!is_wcf && !is_wwsapi && ages->share >= 500)
        return "it may renew by the key's lifetime";
    return NULL;
}

/* What says that the program asked for the renewal, and not the stack by its interval; NULL. */
static const char *renews_by_hand(const WsscInference *inference)
{
    const WsscSurveyed *surveyed = inference->surveyed;
    const WsscAges *ages = &surveyed->ages;
    if (surveyed->older != NULL || (ages->unrenewed != WSSC_NO_VALUE && ages->unrenewed >= ages->renewed))
        return "a key was used when it was older than another at its renewal, for which the program must have asked";
    if (surveyed->is_rare)
        return "most contexts of this client are never renewed, so that the program may have asked for it";
    return NULL;
}

void wssc_infer_renewal_client(const WsscInference *inference, WsscProperty *property)
{
    const WsscSurveyed *surveyed = inference->surveyed;
    const WsscAges *ages = &surveyed->ages;
    gint64 min = ages->unrenewed, max = ages->renewed;
    gboolean is_renewed = max != WSSC_NO_VALUE;
    const char *lifetime = is_renewed ? renews_by_lifetime(inference) : NULL;
    const char *hand = is_renewed ? renews_by_hand(inference) : NULL;
    const char *why = lifetime != NULL ? lifetime : hand;
    g_autofree char *age = is_renewed ? wssc_duration_text(max) : NULL;

    if (is_renewed && why == NULL)
        wssc_property_bound(property, min, max, "it renews at an age of %s, and not before", age);
    else if (min != WSSC_NO_VALUE && why == NULL)
        wssc_property_bound(property, min, WSSC_NO_VALUE, "no renewal was due at that age of the key");
    else if (min != WSSC_NO_VALUE)
        wssc_property_bound(property, min, WSSC_NO_VALUE, "no renewal was due before; the renewals bound nothing: %s",
                            why);
    else if (why != NULL)
        wssc_property_say(property, "the renewals bound nothing: %s", why);
    wssc_property_cite(property, WSSC_EVIDENCE_USE, ages->unrenewed_at, "used without a renewal before");
    wssc_property_cite(property, WSSC_EVIDENCE_RENEW, ages->renewed_at, "renewed at an age of %s", age);
    if (hand != NULL)
        wssc_property_cite(property, WSSC_EVIDENCE_USE, surveyed->older, "an older key, used without a renewal before");
}

/* ---- the service's interval ------------------------------------------------------------------------------------- */

/* Expires less Created; WSSC_NO_VALUE. */
static gint64 life_of(const WsscTrust *trust)
{
    return trust != NULL && trust->has_lifetime && trust->created != WSSC_TIME_NONE &&
                   trust->expires != WSSC_TIME_NONE && trust->expires > trust->created
               ? trust->expires - trust->created
               : WSSC_NO_VALUE;
}

/* Whether the issuer only did what it was asked: the same length, or the same end. */
static gboolean is_as_asked(const WsscTrust *rst, const WsscTrust *rstr)
{
    gint64 asked = life_of(rst), given = life_of(rstr);
    if (asked == WSSC_NO_VALUE)
        return rst != NULL && rst->has_lifetime && rst->expires != WSSC_TIME_NONE &&
               ABS(rst->expires - rstr->expires) <= G_USEC_PER_SEC;
    return ABS(asked - given) <= G_USEC_PER_SEC || ABS(rst->expires - rstr->expires) <= G_USEC_PER_SEC;
}

/* A ticket or an assertion ends when it ends, and a context asked for with it no later: where Expires may be the
 * token's. A life of whole seconds from a Created between two seconds is the service's own. */
static gboolean may_be_cut_by_token(const WsscBinding *binding, const WsscTrust *rstr, gint64 life)
{
    gboolean has_end = FALSE;
    for (guint i = 0; i < binding->bootstrap.count; i++) {
        WsscTokenKind kind = (WsscTokenKind)binding->bootstrap.list[i];
        has_end |= kind == WSSC_TOKEN_KIND_KERBEROS || kind == WSSC_TOKEN_KIND_SAML11 ||
                   kind == WSSC_TOKEN_KIND_SAML20 || kind == WSSC_TOKEN_KIND_SCT || kind == WSSC_TOKEN_KIND_BINARY;
    }
    return has_end && (life % G_USEC_PER_SEC != 0 || rstr->created % G_USEC_PER_SEC == 0);
}

/* What one answer says of the service's interval. */
static void life_of_grant(const WsscInference *inference, const WsscGrant *grant, WsscProperty *property)
{
    gint64 life = life_of(grant->rstr);
    if (life == WSSC_NO_VALUE)
        return;
    if (is_as_asked(grant->rst, grant->rstr))
        wssc_property_bound(property, life, WSSC_NO_VALUE, "the client asks for that life and is given it");
    else if (may_be_cut_by_token(inference->binding, grant->rstr, life))
        wssc_property_bound(property, life, WSSC_NO_VALUE, "the key may end with the token that it was asked for with");
    else if (grant->request != NULL && grant->rst == NULL)
        wssc_property_is(property, WSSC_KNOWN_LIKELY, life, "given; whether the client asked for it is not readable");
    else if (grant->request == NULL)
        wssc_property_is(property, WSSC_KNOWN_LIKELY, life,
                         "given; the request, which may have asked for it, is not in the capture");
    else
        wssc_property_is(property, WSSC_KNOWN_EXACT, life, "%s",
                         grant->rst->has_lifetime ? "given where the client asked for another one"
                                                  : "given where the client asked for none");
    wssc_property_cite(property, WSSC_EVIDENCE_LIFETIME, grant->response, "Lifetime");
}

void wssc_infer_renewal_service(const WsscInference *inference, WsscProperty *property)
{
    const WsscTrace *trace = inference->trace;
    for (guint i = 0; i < trace->grants->len; i++) {
        const WsscGrant *grant = trace->grants->pdata[i];
        WsscProperty one;
        if (grant->outcome != WSSC_GRANT_ISSUED || grant->rstr == NULL)
            continue;
        wssc_property_init(&one);
        life_of_grant(inference, grant, &one);
        wssc_property_merge(WSSC_PROPERTY_RENEWAL_SERVICE, property, &one);
        wssc_property_clear(&one);
    }
}
