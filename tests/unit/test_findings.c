/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every finding has a conversation that raises it and one that comes close and does not. All are the one
 * faultless conversation below with a few slots filled otherwise.
 */
#include <string.h>

#include "session/session.h"

#define SOAP "http://www.w3.org/2003/05/soap-envelope"
#define TRUST "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
#define SC "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512"
#define START "2026-03-01T12:00:00Z"

/* A slot's name, and what stands there in the faultless conversation. */
static const char *const slots[][2] = {
    {"rst.action", TRUST "/RST/SCT"},
    {"rst.type", TRUST "/Issue"},
    {"rst.context", ""},
    {"rst.tokentype", SC "/sct"},
    {"rst.keysize", "<t:KeySize>256</t:KeySize>"},
    {"rst.entropy",
     "<t:Entropy><t:BinarySecret>AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=</t:BinarySecret></t:Entropy>"},
    {"rstr.relates", "urn:m:1"},
    {"rstr.context", ""},
    {"rstr.open", "<t:RequestSecurityTokenResponseCollection>"},
    {"rstr.close", "</t:RequestSecurityTokenResponseCollection>"},
    {"rstr.tokentype", SC "/sct"},
    {"rstr.sc", SC},
    {"rstr.identifier", "<c:Identifier>urn:ctx</c:Identifier>"},
    {"rstr.proof", "<t:RequestedProofToken><t:ComputedKey>" TRUST "/CK/PSHA1</t:ComputedKey></t:RequestedProofToken>"},
    {"rstr.entropy",
     "<t:Entropy><t:BinarySecret>IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=</t:BinarySecret></t:Entropy>"},
    {"rstr.keysize", "<t:KeySize>256</t:KeySize>"},
    {"rstr.created", START},
    {"rstr.expires", "2026-03-01T13:00:00Z"},
    {"call.created", START},
    {"call.expires", "2026-03-01T12:05:00Z"},
    {"call.timestamps", ""},
    {"call.sct", "<c:SecurityContextToken u:Id='s'><c:Identifier>urn:ctx</c:Identifier></c:SecurityContextToken>"},
    {"call.security", ""},
    {"call.raw", NULL}, /* replaces the whole message */
    {"answer.relates", "urn:m:2"},
    {"answer.body", "<r xmlns='urn:app'/>"},
    {"renew.action", TRUST "/RST/SCT/Renew"},
    {"renewed.action", TRUST "/RSTR/SCT/Renew"},
    {"renew.target", "<t:RenewTarget><o:SecurityTokenReference><o:Reference URI='urn:ctx' ValueType='" SC
                     "/sct'/></o:SecurityTokenReference></t:RenewTarget>"},
    {"renew.type", TRUST "/Renew"},
    {"renewed.identifier", "urn:ctx"},
    {"renewed.instance", "<c:Instance>urn:k2</c:Instance>"},
    {"call2.instance", "<c:Instance>urn:k2</c:Instance>"},
    {"cancelled.body",
     "<t:RequestSecurityTokenResponseCollection><t:RequestSecurityTokenResponse><t:RequestedTokenCancelled/></"
     "t:RequestSecurityTokenResponse></t:RequestSecurityTokenResponseCollection>"},
};

#define ENVELOPE(header, body)                                                                                         \
    "<s:Envelope xmlns:s='" SOAP "' xmlns:a='http://www.w3.org/2005/08/addressing' xmlns:t='" TRUST "' xmlns:c='" SC   \
    "' "                                                                                                               \
    "xmlns:o='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd' "                     \
    "xmlns:u='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'>"                    \
    "<s:Header>" header "</s:Header><s:Body>" body "</s:Body></s:Envelope>"
#define SECURITY(content) "<o:Security>" content "</o:Security>"
#define SCT(inner) "<c:SecurityContextToken><c:Identifier>urn:ctx</c:Identifier>" inner "</c:SecurityContextToken>"
#define ID(action, id) "<a:Action>" action "</a:Action><a:MessageID>" id "</a:MessageID>"
#define RE(action, id) "<a:Action>" action "</a:Action><a:RelatesTo>" id "</a:RelatesTo>"
#define TARGET(name)                                                                                                   \
    "<t:" name "Target><o:SecurityTokenReference><o:Reference URI='urn:ctx' ValueType='" SC                            \
    "/sct'/></o:SecurityTokenReference></t:" name "Target>"

/* Seconds after START, direction, and the text with {slots}. */
static const struct {
    const char *name;
    gint64 second;
    gboolean is_response;
    guint64 pair;
    const char *text;
} conversation[] = {
    {"rst", 0, FALSE, 1,
     ENVELOPE(
         ID("{rst.action}", "urn:m:1") SECURITY("<o:UsernameToken><o:Username>alice</o:Username></o:UsernameToken>"),
         "<t:RequestSecurityToken{rst.context}><t:TokenType>{rst.tokentype}</t:TokenType><t:RequestType>{rst.type}</"
         "t:RequestType>{rst.keysize}{rst.entropy}</t:RequestSecurityToken>")},
    {"rstr", 0, TRUE, 1,
     ENVELOPE(RE(TRUST "/RSTR/SCT", "{rstr.relates}"),
              "{rstr.open}<t:RequestSecurityTokenResponse{rstr.context}><t:TokenType>{rstr.tokentype}</"
              "t:TokenType><t:RequestedSecurityToken><c:SecurityContextToken "
              "xmlns:c='{rstr.sc}'>{rstr.identifier}</c:SecurityContextToken></t:RequestedSecurityToken>"
              "{rstr.proof}{rstr.entropy}<t:Lifetime><u:Created>{rstr.created}</u:Created><u:Expires>{rstr.expires}</"
              "u:Expires></t:Lifetime>{rstr.keysize}</t:RequestSecurityTokenResponse>{rstr.close}")},
    {"call", 1, FALSE, 2,
     ENVELOPE(ID("urn:app/call", "urn:m:2")
                  SECURITY("<u:Timestamp "
                           "u:Id='t'><u:Created>{call.created}</u:Created><u:Expires>{call.expires}</u:Expires></"
                           "u:Timestamp>{call.timestamps}{call.sct}{call.security}"),
              "<q xmlns='urn:app'/>")},
    {"answer", 1, TRUE, 2, ENVELOPE(RE("urn:app/answer", "{answer.relates}"), "{answer.body}")},
    {"renew", 2, FALSE, 3,
     ENVELOPE(ID("{renew.action}", "urn:m:3") SECURITY(SCT("")),
              "<t:RequestSecurityToken><t:RequestType>{renew.type}</"
              "t:RequestType>{renew.target}<t:Entropy><t:BinarySecret>MAECAw==</t:BinarySecret></t:Entropy></"
              "t:RequestSecurityToken>")},
    {"renewed", 2, TRUE, 3,
     ENVELOPE(RE("{renewed.action}", "urn:m:3"),
              "<t:RequestSecurityTokenResponseCollection><t:RequestSecurityTokenResponse><t:RequestedSecurityToken><c:"
              "SecurityContextToken><c:Identifier>{renewed.identifier}</c:Identifier>{renewed.instance}</"
              "c:SecurityContextToken></t:RequestedSecurityToken>"
              "<t:RequestedProofToken><t:ComputedKey>" TRUST
              "/CK/PSHA1</t:ComputedKey></t:RequestedProofToken><t:Entropy><t:BinarySecret>QAECAw==</t:BinarySecret></"
              "t:Entropy></t:RequestSecurityTokenResponse></t:RequestSecurityTokenResponseCollection>")},
    {"call2", 3, FALSE, 4,
     ENVELOPE(ID("urn:app/call", "urn:m:4") SECURITY(SCT("{call2.instance}")), "<q xmlns='urn:app'/>")},
    {"answer2", 3, TRUE, 4, ENVELOPE(RE("urn:app/answer", "urn:m:4"), "<r xmlns='urn:app'/>")},
    {"cancel", 4, FALSE, 5,
     ENVELOPE(ID(TRUST "/RST/SCT/Cancel", "urn:m:5") SECURITY(SCT("<c:Instance>urn:k2</c:Instance>")),
              "<t:RequestSecurityToken><t:RequestType>" TRUST
              "/Cancel</t:RequestType>" TARGET("Cancel") "</t:RequestSecurityToken>")},
    {"cancelled", 4, TRUE, 5, ENVELOPE(RE(TRUST "/RSTR/SCT/Cancel", "urn:m:5"), "{cancelled.body}")},
    {"late", 5, FALSE, 6,
     ENVELOPE(ID("urn:app/call", "urn:m:6") SECURITY(SCT("<c:Instance>urn:k2</c:Instance>")), "<q xmlns='urn:app'/>")},
    {"again", 6, TRUE, 5, ENVELOPE(RE(TRUST "/RSTR/SCT/Cancel", "urn:m:5"), "{cancelled.body}")},
};

/* What differs from the faultless conversation. "late" and "again" are sent only when asked for. */
typedef struct {
    const char *set[7][2]; /* slot, text */
    const char *drop;      /* names of messages left out */
    const char *add;       /* of "late", "again" */
    const char *shift;     /* this message and all after it come later by shift_seconds */
    gint64 shift_seconds;
    gboolean is_clear;  /* http without TLS */
    const char *damage; /* of the call */
    gsize announced;    /* for the call, by its carrier */
} Change;

typedef struct {
    WsscFindingId id;
    Change raise;
    Change calm; /* close by, and faultless as far as this finding goes */
} Fixture;

#define FAULT(code)                                                                                                    \
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>" code "</s:Value></s:Subcode></s:Code></"        \
    "s:Fault>"
#define DKT(content)                                                                                                   \
    "<c:DerivedKeyToken u:Id='d'><o:SecurityTokenReference><o:Reference URI='#s'/></o:SecurityTokenReference>" content \
    "</c:DerivedKeyToken>"
#define NONCE "<c:Nonce>AAECAwQFBgcICQoLDA0ODw==</c:Nonce>"
#define BINARY                                                                                                         \
    "<t:RequestedProofToken><t:BinarySecret>AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh0=</t:BinarySecret></"           \
    "t:RequestedProofToken>"

#define TEN "<x/><x/><x/><x/><x/><x/><x/><x/><x/><x/>"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const Fixture fixtures[] = {
    {WSSC_FINDING_TWO_READINGS,
     {.set = {{"call.sct", "<c:SecurityContextToken u:Id='s'><c:Identifier>urn:ctx</c:Identifier>"
                           "<c:Identifier>urn:x</c:Identifier></c:SecurityContextToken>"}}},
     {.set = {{"call.sct", SCT("") SCT("")}}}},
    {WSSC_FINDING_LIMIT_REACHED,
     {.set = {{"rstr.keysize", HUNDRED HUNDRED HUNDRED}}},
     {.set = {{"rstr.keysize", HUNDRED HUNDRED}}}},
    {WSSC_FINDING_DAMAGED_MESSAGE, {.damage = "lost segment"}, {.drop = "answer"}},
    {WSSC_FINDING_MALFORMED_XML,
     {.set = {{"call.raw", "<s:Envelope><a></s:Envelope>"}}},
     {.set = {{"call.raw", "no markup at all"}}}},
    {WSSC_FINDING_LENGTH_TOO_SHORT, {.announced = 100}, {.announced = 0}},
    {WSSC_FINDING_ODD_ENCODING,
     {.set = {{"call.raw",
               "<?xml version='1.0' encoding='utf-16'?><s:Envelope xmlns:s='" SOAP "'><s:Body/></s:Envelope>"}}},
     {.set = {{"call.raw",
               "<?xml version='1.0' encoding='utf-8'?><s:Envelope xmlns:s='" SOAP "'><s:Body/></s:Envelope>"}}}},
    {WSSC_FINDING_NO_RESPONSE, {.drop = "rstr"}, {.drop = "answer2 call2"}},
    {WSSC_FINDING_UNSOLICITED_RESPONSE, {.drop = "rst"}, {.set = {{"rstr.relates", "urn:of-another-run"}}}},
    {WSSC_FINDING_DUPLICATE_RESPONSE, {.add = "again"}, {.drop = "cancelled", .add = "again"}},
    {WSSC_FINDING_FAULT_RESPONSE,
     {.set = {{"answer.body", FAULT("c:BadContextToken")}}},
     {.set = {{"answer.body", "<Fault xmlns='urn:app'/>"}}}},
    {WSSC_FINDING_NO_PROOF_TOKEN,
     {.set = {{"rst.entropy", ""}, {"rstr.proof", ""}, {"rstr.entropy", ""}}},
     {.set = {{"rstr.proof", ""}, {"rstr.entropy", ""}}}},
    {WSSC_FINDING_ENTROPY_MISSING,
     {.set = {{"rst.entropy", ""}}},
     {.set = {{"rst.entropy", ""}, {"rstr.proof", BINARY}, {"rstr.entropy", ""}}}},
    {WSSC_FINDING_ENTROPY_UNUSED,
     {.set = {{"rst.entropy", ""}, {"rstr.proof", BINARY}}},
     {.set = {{"rst.entropy", ""}, {"rstr.proof", BINARY}, {"rstr.entropy", ""}}}},
    {WSSC_FINDING_ENTROPY_REJECTED,
     {.set = {{"rstr.proof", BINARY}, {"rstr.entropy", ""}}},
     {.set = {{"rst.entropy", ""}, {"rstr.proof", BINARY}, {"rstr.entropy", ""}}}},
    {WSSC_FINDING_UNKNOWN_COMPUTED_KEY,
     {.set = {{"rstr.proof",
               "<t:RequestedProofToken><t:ComputedKey>" TRUST "/CK/HASH</t:ComputedKey></t:RequestedProofToken>"}}},
     {.drop = "cancel cancelled"}},
    {WSSC_FINDING_KEY_SIZE_CHANGED,
     {.set = {{"rstr.keysize", "<t:KeySize>128</t:KeySize>"}}},
     {.set = {{"rstr.keysize", ""}}}},
    {WSSC_FINDING_KEY_SIZE_INVALID,
     {.set = {{"rst.keysize", ""}, {"rstr.keysize", "<t:KeySize>255</t:KeySize>"}}},
     {.set = {{"rst.keysize", ""}, {"rstr.keysize", "<t:KeySize>192</t:KeySize>"}}}},
    {WSSC_FINDING_KEY_LENGTH_MISMATCH,
     {.set = {{"rst.keysize", ""},
              {"rst.entropy", ""},
              {"rstr.proof", BINARY},
              {"rstr.entropy", ""},
              {"rstr.keysize", "<t:KeySize>128</t:KeySize>"}}},
     {.set = {{"rst.entropy", ""}, {"rstr.proof", BINARY}, {"rstr.entropy", ""}}}},
    {WSSC_FINDING_CLEAR_SECRET, {.is_clear = TRUE}, {.is_clear = TRUE, .drop = "rst rstr renew renewed"}},
    {WSSC_FINDING_LIFETIME_INVERTED,
     {.set = {{"rstr.expires", "2026-03-01T11:00:00Z"}}},
     {.set = {{"rstr.expires", "2026-03-01T12:00:01Z"}}}},
    {WSSC_FINDING_LIFETIME_EXPIRED,
     {.set = {{"rstr.expires", START}}},
     {.set = {{"rstr.expires", "2026-03-01T12:00:01Z"}}}},
    {WSSC_FINDING_CONTEXT_MISMATCH,
     {.set = {{"rst.context", " Context='urn:a'"}, {"rstr.context", " Context='urn:b'"}}},
     {.set = {{"rst.context", " Context='urn:a'"}, {"rstr.context", " Context='urn:a'"}}}},
    {WSSC_FINDING_BARE_RSTR, {.set = {{"rstr.open", ""}, {"rstr.close", ""}}}, {.drop = "cancel cancelled"}},
    {WSSC_FINDING_MIXED_VERSIONS,
     {.set = {{"rstr.sc", "http://schemas.xmlsoap.org/ws/2005/02/sc"}}},
     {.set = {{"rst.tokentype", "http://schemas.xmlsoap.org/ws/2005/02/sc/sct"}}}},
    {WSSC_FINDING_ACTION_MISMATCH,
     {.set = {{"rst.type", TRUST "/Validate"}}},
     {.set = {{"rst.action", TRUST "/RST/SCT/Amend"}}}},
    {WSSC_FINDING_TOKEN_TYPE_CHANGED,
     {.set = {{"rstr.tokentype", "urn:another"}}},
     {.set = {{"rst.tokentype", "urn:another"}, {"rstr.tokentype", "urn:another"}}}},
    {WSSC_FINDING_TARGET_MISSING, {.set = {{"renew.target", ""}}}, {.set = {{"renew.target", TARGET("Renew")}}}},
    {WSSC_FINDING_SCT_WITHOUT_IDENTIFIER,
     {.set = {{"rstr.identifier", ""}}},
     {.set = {{"rstr.identifier", "<c:Identifier>urn:other</c:Identifier>"}}}},
    {WSSC_FINDING_DUPLICATE_IDENTIFIER,
     {.set = {{"renew.type", TRUST "/Issue"},
              {"renew.action", TRUST "/RST/SCT"},
              {"renewed.action", TRUST "/RSTR/SCT"},
              {"renew.target", ""},
              {"renewed.instance", ""}}},
     {.drop = "renew renewed"}},
    {WSSC_FINDING_IDENTIFIER_CHANGED,
     {.set = {{"renewed.identifier", "urn:ctx2"}}},
     {.set = {{"renewed.instance", "<c:Instance>urn:k3</c:Instance>"}}}},
    {WSSC_FINDING_CANCEL_UNCONFIRMED,
     {.set = {{"cancelled.body", "<t:RequestSecurityTokenResponse/>"}}},
     {.set = {{"cancelled.body", FAULT("t:InvalidRequest")}}}},
    {WSSC_FINDING_USE_AFTER_CANCEL, {.add = "late"}, {.drop = "cancel cancelled", .add = "late"}},
    {WSSC_FINDING_USE_AFTER_EXPIRY,
     {.set = {{"rstr.expires", "2026-03-01T12:00:30Z"}}, .shift = "call", .shift_seconds = 60},
     {.set = {{"rstr.expires", "2026-03-01T12:00:30Z"}}, .shift = "call", .shift_seconds = 20}},
    {WSSC_FINDING_USE_BEFORE_CREATED,
     {.set = {{"rstr.created", "2026-03-01T12:00:59Z"}, {"rstr.expires", "2026-03-02T12:00:00Z"}},
      .shift = "call",
      .shift_seconds = -600},
     {.set = {{"rstr.created", "2026-03-01T12:00:59Z"}}, .shift = "call", .shift_seconds = -100}},
    {WSSC_FINDING_OLD_INSTANCE_USED,
     {.set = {{"rstr.expires", "2026-03-02T12:00:00Z"}}, .add = "old", .shift = "old", .shift_seconds = 600},
     {.add = "old", .shift = "old", .shift_seconds = 60}},
    {WSSC_FINDING_TWO_SCTS,
     {.set = {{"call.security",
               "<c:SecurityContextToken><c:Identifier>urn:other</c:Identifier></c:SecurityContextToken>"}}},
     {.set = {{"call.security", SCT("")}}}},
    {WSSC_FINDING_UNKNOWN_INSTANCE,
     {.set = {{"call2.instance", "<c:Instance>urn:k9</c:Instance>"}}},
     {.set = {{"call2.instance", ""}}}},
    {WSSC_FINDING_UNPROTECTED_CONTEXT, {.is_clear = TRUE}, {.drop = "answer"}},
    {WSSC_FINDING_CLOCK_SKEW,
     {.set = {{"call.created", "2026-03-01T12:09:00Z"}, {"call.expires", "2026-03-01T12:14:00Z"}}},
     {.set = {{"call.created", "2026-03-01T11:59:00Z"}}}},
    {WSSC_FINDING_TIMESTAMP_INVERTED,
     {.set = {{"call.created", "2026-03-01T12:06:00Z"}}},
     {.set = {{"call.expires", "2026-03-01T12:00:02Z"}}}},
    {WSSC_FINDING_MESSAGE_EXPIRED,
     {.set = {{"call.expires", "2026-03-01T12:00:00Z"}}},
     {.set = {{"call.expires", "2026-03-01T12:00:02Z"}}}},
    {WSSC_FINDING_TWO_TIMESTAMPS,
     {.set = {{"call.timestamps", "<u:Timestamp/>"}}},
     {.set = {{"call.timestamps", "<Timestamp xmlns='urn:app'/>"}}}},
    {WSSC_FINDING_DERIVED_GENERATION_AND_OFFSET,
     {.set = {{"call.security", DKT("<c:Generation>1</c:Generation><c:Offset>0</c:Offset>" NONCE)}}},
     {.set = {{"call.security", DKT("<c:Offset>0</c:Offset>" NONCE)}}}},
    {WSSC_FINDING_DERIVED_NUMBER,
     {.set = {{"call.security", DKT("<c:Length>-4</c:Length>" NONCE)}}},
     {.set = {{"call.security", DKT("<c:Length>24</c:Length>" NONCE)}}}},
    {WSSC_FINDING_DERIVED_WITHOUT_NONCE,
     {.set = {{"call.security", DKT("")}}},
     {.set = {{"call.security", DKT("<c:Properties>" NONCE "</c:Properties>")}}}},
    {WSSC_FINDING_USE_BEFORE_ISSUE, {.add = "early"}, {.add = "late", .drop = "cancel cancelled"}},
};

static const WsscFindingId elsewhere[] = {
#define SIGNED(id) WSSC_FINDING_##id,
#include "signed_findings.def"
#undef SIGNED
#define LIFECYCLE(id, play) WSSC_FINDING_##id,
#include "lifecycle_findings.def"
#undef LIFECYCLE
#define WSSC_STATEMENT(ID, name, judge, finding, text) WSSC_FINDING_##finding, /* test_findings_binding */
#include "rules/statements.def"
#undef WSSC_STATEMENT
    WSSC_FINDING_UNKNOWN_STRING,   /* where there is binary XML: test_unknown_strings */
    WSSC_FINDING_UNREAD_OCTETS,    /* no message's: test_unread */
    WSSC_FINDING_WORK_LIMIT,       /* by messages of a megabyte: tests/hostile */
    WSSC_FINDING_CONTEXT_UNPROVEN, /* test_faultless, and of a capture: tests/truth/cases_test.py */
};

static const char *slot_text(const Change *change, const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(change->set) && change->set[i][0] != NULL; i++)
        if (strcmp(change->set[i][0], name) == 0)
            return change->set[i][1];
    for (guint i = 0; i < G_N_ELEMENTS(slots); i++)
        if (strcmp(slots[i][0], name) == 0)
            return slots[i][1];
    g_error("no slot %s", name);
}

static char *fill(const char *text, const Change *change)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0') {
        const char *open = strchr(text, '{');
        if (open == NULL) {
            g_string_append(out, text);
            break;
        }
        const char *close = strchr(open, '}');
        g_autofree char *name = g_strndup(open + 1, (gsize)(close - open - 1));
        g_string_append_len(out, text, open - text);
        g_string_append(out, slot_text(change, name));
        text = close + 1;
    }
    return g_string_free(out, FALSE);
}

static gboolean is_named(const char *list, const char *name)
{
    g_auto(GStrv) names = g_strsplit(list != NULL ? list : "", " ", -1);
    return g_strv_contains((const char *const *)names, name);
}

static void feed(WsscSession *session, const Change *change, const char *name, const char *text, gint64 second,
                 gboolean is_response, guint64 pair, guint32 frame)
{
    const char *raw = strcmp(name, "call") == 0 ? slot_text(change, "call.raw") : NULL;
    g_autofree char *filled = fill(raw != NULL ? raw : text, change);
    g_autoptr(GBytes) octets = g_bytes_new(filled, strlen(filled));
    WsscUnit unit = {
        .frame = frame,
        .time = wssc_time_parse(START) + second * G_USEC_PER_SEC,
        .src = is_response ? "192.0.2.2:443" : "192.0.2.1:5000",
        .dst = is_response ? "192.0.2.1:5000" : "192.0.2.2:443",
        .transport = change->is_clear ? WSSC_TRANSPORT_HTTP : WSSC_TRANSPORT_HTTPS,
        .is_protected = !change->is_clear,
        .encoding = WSSC_ENCODING_TEXT,
        .direction = is_response ? WSSC_DIRECTION_RESPONSE : WSSC_DIRECTION_REQUEST,
        .stream = 1,
        .pair = pair,
        .content_type = "text/xml",
        .octets = octets,
        .damage = strcmp(name, "call") == 0 ? change->damage : NULL,
        .announced = strcmp(name, "call") == 0 ? change->announced : 0,
    };
    wssc_session_feed(session, &unit);
}

static WsscSession *play(const Change *change)
{
    WsscSession *session = wssc_session_new();
    gint64 shift = 0;

    wssc_session_add_file(session, "conversation");
    if (is_named(change->add, "early"))
        feed(session, change, "early", conversation[2].text, -1, FALSE, 90, 1);
    for (guint i = 0; i < G_N_ELEMENTS(conversation); i++) {
        const char *name = conversation[i].name;
        gboolean is_extra = strcmp(name, "late") == 0 || strcmp(name, "again") == 0;
        if (is_named(change->drop, name) || (is_extra && !is_named(change->add, name)))
            continue;
        if (g_strcmp0(change->shift, name) == 0)
            shift = change->shift_seconds;
        feed(session, change, name, conversation[i].text, conversation[i].second + shift, conversation[i].is_response,
             conversation[i].pair, 10 + i);
        /* The first key once more after the roll-over, before the cancel. */
        if (strcmp(name, "answer2") == 0 && is_named(change->add, "old"))
            feed(session, change, "old", conversation[2].text, 3 + change->shift_seconds, FALSE, 91, 50);
    }
    wssc_session_finish(session, 0);
    return session;
}

/* A finding names no frame by itself, each place in its text is that of an evidence, the first is its own frame. */
static void check_evidence(const WsscFinding *finding)
{
    const WsscEvidence *own = finding->evidence->pdata[0];
    g_assert_cmpuint(own->file, ==, finding->file);
    g_assert_cmpuint(own->frame, ==, finding->frame);
    g_assert_false(g_regex_match_simple("frame [0-9]", finding->text, 0, 0));
    for (const char *p = strchr(finding->text, WSSC_AT(0)[0]); p != NULL; p = strchr(p + 1, WSSC_AT(0)[0]))
        g_assert_cmpuint((guint)(p[1] - '0'), <, finding->evidence->len);
    for (guint i = 0; i < finding->evidence->len; i++) {
        const WsscEvidence *evidence = finding->evidence->pdata[i];
        g_assert_cmpuint(evidence->frame, >, 0);
        g_assert_true(*evidence->text != '\0');
        g_assert_false(g_regex_match_simple("frame [0-9]", evidence->text, 0, 0));
    }
}

static guint count(const WsscSession *session, WsscFindingId id)
{
    const GPtrArray *findings = wssc_session_findings(session);
    guint n = 0;
    for (guint i = 0; i < findings->len; i++) {
        const WsscFinding *finding = findings->pdata[i];
        g_test_message("%s: frame %u: %s", wssc_finding_info(finding->id)->name, finding->frame, finding->text);
        check_evidence(finding);
        n += finding->id == id;
    }
    return n;
}

static void test_fixture(gconstpointer data)
{
    const Fixture *fixture = data;
    g_autoptr(WsscSession) raised = play(&fixture->raise);
    g_assert_cmpuint(count(raised, fixture->id), >, 0);
    g_autoptr(WsscSession) calm = play(&fixture->calm);
    g_assert_cmpuint(count(calm, fixture->id), ==, 0);
}

static void test_faultless(void)
{
    const Change none = {.drop = NULL};
    g_autoptr(WsscSession) session = play(&none);
    count(session, WSSC_FINDING_MAX);
    /* It is renewed at once, and nothing in it is signed. */
    g_assert_cmpuint(wssc_session_findings(session)->len, ==, 3);
    g_assert_cmpuint(count(session, WSSC_FINDING_CONTEXT_UNPROVEN), ==, 1);
    g_assert_cmpuint(count(session, WSSC_FINDING_RENEWAL_EARLY), ==, 1);
    g_assert_cmpuint(count(session, WSSC_FINDING_RENEWAL_UNSIGNED), ==, 1);
    const GPtrArray *contexts = wssc_session_contexts(session);
    g_assert_cmpuint(contexts->len, ==, 1);
    const WsscContext *context = contexts->pdata[0];
    g_assert_cmpstr(context->identifier, ==, "urn:ctx");
    g_assert_cmpint(context->state, ==, WSSC_STATE_CANCELLED);
    g_assert_cmpuint(context->renewals, ==, 1);
    g_assert_cmpuint(context->instances->len, ==, 2);
    g_assert_cmpuint(context->messages, ==, 10);
    const WsscInstance *first = context->instances->pdata[0];
    g_assert_cmpint(first->entropy_mode, ==, WSSC_ENTROPY_COMBINED);
    g_assert_nonnull(first->key);
    g_assert_cmpuint(first->key->len, ==, 32);
}

static void test_unread(void)
{
    g_autoptr(WsscSession) session = wssc_session_new();
    wssc_session_add_file(session, "conversation");
    char src[] = "192.0.2.1:5000", dst[] = "192.0.2.2:443";
    WsscUnreadOctets octets = {src, dst, .first_frame = 10, .last_frame = 10, .octets = 12, .why = "nobody read"};
    wssc_session_note_unread(session, 0, &octets);
    octets.last_frame = 14;
    wssc_session_note_unread(session, 0, &octets);
    wssc_session_finish(session, 0);
    g_assert_cmpuint(count(session, WSSC_FINDING_UNREAD_OCTETS), ==, 2);
    const WsscFinding *first = wssc_session_findings(session)->pdata[0],
                      *second = wssc_session_findings(session)->pdata[1];
    g_assert_cmpstr(first->text, ==, "12 octets from 192.0.2.1:5000 to 192.0.2.2:443 that nobody read");
    g_assert_cmpuint(second->frame, ==, 10);
    g_assert_cmpuint(((const WsscEvidence *)second->evidence->pdata[1])->frame, ==, 14);
}

static void test_every_finding_has_a_fixture(void)
{
    for (int id = 0; id < WSSC_FINDING_MAX; id++) {
        gboolean is_covered = FALSE;
        for (guint i = 0; i < G_N_ELEMENTS(fixtures); i++)
            is_covered |= fixtures[i].id == (WsscFindingId)id;
        for (guint i = 0; i < G_N_ELEMENTS(elsewhere); i++)
            is_covered |= elsewhere[i] == (WsscFindingId)id;
        if (!is_covered)
            g_error("finding %s has no fixture", wssc_finding_info((WsscFindingId)id)->name);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/findings/faultless", test_faultless);
    g_test_add_func("/findings/unread", test_unread);
    g_test_add_func("/findings/every-one-has-a-fixture", test_every_finding_has_a_fixture);
    for (guint i = 0; i < G_N_ELEMENTS(fixtures); i++) {
        g_autofree char *path = g_strdup_printf("/findings/%s", wssc_finding_info(fixtures[i].id)->name);
        g_test_add_data_func(path, &fixtures[i], test_fixture);
    }
    return g_test_run();
}
