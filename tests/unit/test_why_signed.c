/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the verdicts of a sender's messages make of one that does not fit: changed on the way, or signed with another
 * key. Messages are written in exclusive canonical form, so that GLib's checksums alone sign them.
 */
#include "play.h"
#include "why/why.h"

#define DS "http://www.w3.org/2000/09/xmldsig#"
#define EXC "http://www.w3.org/2001/10/xml-exc-c14n#"
#define UTILITY "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
#define RIGHT "0123456789abcdef"
#define WRONG "fedcba9876543210"
#define HIDDEN                                                                                                         \
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>o:InvalidSecurity</s:Value></s:Subcode>"          \
    "</s:Code><s:Reason><s:Text>no</s:Text></s:Reason></s:Fault>"

static char *stamp(const char *seconds)
{
    return g_strdup_printf("<u:Timestamp xmlns:u=\"" UTILITY "\" u:Id=\"time\"><u:Created>2026-03-01T12:00:%sZ"
                           "</u:Created></u:Timestamp>",
                           seconds);
}

static char *base64_digest(const char *text)
{
    guint8 octets[20];
    gsize len = sizeof octets;
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text));
    g_checksum_get_digest(checksum, octets, &len);
    return g_base64_encode(octets, len);
}

typedef struct {
    const guint8 *octets;
    gsize len;
} Key;

static void hmac(const Key *key, const guint8 *text, gsize text_len, guint8 *ret_octets)
{
    gsize len = 20;
    g_autoptr(GHmac) mac = g_hmac_new(G_CHECKSUM_SHA1, key->octets, key->len);
    g_hmac_update(mac, text, (gssize)text_len);
    g_hmac_get_digest(mac, ret_octets, &len);
}

static char *base64_hmac(const Key *key, const char *text)
{
    guint8 octets[20];
    hmac(key, (const guint8 *)text, strlen(text), octets);
    return g_base64_encode(octets, sizeof octets);
}

typedef struct {
    const char *context;
    Key key;
    gboolean is_changed;     /* it says another time than was signed */
    gboolean is_token_later; /* than the signature that uses it */
    gboolean is_taken;
    gboolean is_dropped; /* nobody answers */
} Signed;

/* A call that signs its Timestamp. */
static void call_of(Play *play, guint64 pair, const Signed *own)
{
    g_autofree char *id = g_strdup_printf("urn:call:%u", play->frame);
    g_autofree char *signed_stamp = stamp("00"), *sent_stamp = stamp(own->is_changed ? "01" : "00");
    g_autofree char *digest = base64_digest(signed_stamp);
    g_autofree char *info = g_strdup_printf(
        "<d:SignedInfo xmlns:d=\"" DS "\"><d:CanonicalizationMethod Algorithm=\"" EXC
        "\"></d:CanonicalizationMethod><d:SignatureMethod Algorithm=\"" DS "hmac-sha1\"></d:SignatureMethod>"
        "<d:Reference URI=\"#time\"><d:Transforms><d:Transform Algorithm=\"" EXC "\"></d:Transform></d:Transforms>"
        "<d:DigestMethod Algorithm=\"" DS "sha1\"></d:DigestMethod><d:DigestValue>%s</d:DigestValue></d:Reference>"
        "</d:SignedInfo>",
        digest);
    g_autofree char *value = base64_hmac(&own->key, info);
    g_autofree char *token = g_strdup_printf(
        "<c:SecurityContextToken u:Id='sct'><c:Identifier>%s</c:Identifier></c:SecurityContextToken>", own->context);
    g_autofree char *header = g_strdup_printf(
        ID("urn:app/call", "%s") SECURITY(
            "%s%s<d:Signature xmlns:d='" DS "'>%s<d:SignatureValue>%s</d:SignatureValue><d:KeyInfo>"
            "<o:SecurityTokenReference><o:Reference URI='#sct'/></o:SecurityTokenReference></d:KeyInfo></d:Signature>"
            "%s"),
        id, sent_stamp, own->is_token_later ? "" : token, info, value, own->is_token_later ? token : "");
    ASK(play, pair, header, "<q xmlns='urn:app'/>");
    g_autofree char *back = g_strdup_printf(RE("urn:app/answer", "%s"), id);
    if (own->is_dropped)
        return;
    ANSWER(play, pair, back, own->is_taken ? "<r xmlns='urn:app'/>" : HIDDEN);
}

static void call_signed(Play *play, guint64 pair, const char *context, const char *key, gboolean is_changed)
{
    const Signed own = {.context = context,
                        .key = {(const guint8 *)key, strlen(key)},
                        .is_changed = is_changed,
                        .is_taken = !is_changed && strcmp(key, RIGHT) == 0};
    call_of(play, pair, &own);
}

static void good(Play *play, guint64 pair, const char *context)
{
    call_signed(play, pair, context, RIGHT, FALSE);
}

static void bad(Play *play, guint64 pair, const char *context)
{
    call_signed(play, pair, context, WRONG, FALSE);
}

/* ---- conversations ---------------------------------------------------------------------------------------------- */

static void one_between_good_ones(Play *play)
{
    good(play, 1, "urn:ctx:1");
    bad(play, 2, "urn:ctx:1");
    good(play, 3, "urn:ctx:1");
}

static void some_between_good_ones(Play *play)
{
    bad(play, 1, "urn:ctx:1");
    bad(play, 2, "urn:ctx:1");
    good(play, 3, "urn:ctx:1");
}

static void one_after_a_good_one(Play *play)
{
    good(play, 1, "urn:ctx:1");
    bad(play, 2, "urn:ctx:1");
}

static void part_changed(Play *play)
{
    call_signed(play, 1, "urn:ctx:1", RIGHT, TRUE);
}

static void bad_from_then_on(Play *play)
{
    good(play, 1, "urn:ctx:1");
    bad(play, 2, "urn:ctx:1");
    bad(play, 3, "urn:ctx:1");
}

static void never_good(Play *play)
{
    bad(play, 1, "urn:ctx:1");
    bad(play, 2, "urn:ctx:1");
}

static void good_under_another(Play *play)
{
    good(play, 1, "urn:ctx:1");
    bad(play, 2, "urn:ctx:2");
}

/* The key of "urn:ctx:1" is in the answer. */
static void issue_right(Play *play, guint64 pair)
{
    g_autofree char *key = g_base64_encode((const guchar *)RIGHT, strlen(RIGHT));
    g_autofree char *body =
        g_strdup_printf(RSTR(TOKEN("urn:ctx:1", "") "<t:RequestedProofToken><t:BinarySecret>%s</t:BinarySecret>"
                                                    "</t:RequestedProofToken>" HOUR),
                        key);
    ASK(play, pair, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", "<t:KeySize>128</t:KeySize>"));
    ANSWER(play, pair, RE(TRUST "/RSTR/SCT", "urn:m:1"), body);
}

static void one_alone(Play *play)
{
    issue_right(play, 5);
    bad(play, 1, "urn:ctx:1");
}

/* Another client's good ones say nothing about this one's key. */
static void good_ones_of_another(Play *play)
{
    good(play, 1, "urn:ctx:1");
    play->client = "192.0.2.9";
    play->stream++;
    bad(play, 2, "urn:ctx:1");
    bad(play, 3, "urn:ctx:1");
}

/* ---- dropped though valid ------------------------------------------------------------------------------------------
 */

/* A service that says who it is in the answer with the context, and resets the connection after a valid call. */
static void drop(Play *play, const char *agent)
{
    const Signed own = {.context = "urn:ctx:1", .key = {(const guint8 *)RIGHT, strlen(RIGHT)}, .is_dropped = TRUE};
    play->agent = agent;
    issue_right(play, 5);
    call_of(play, 6, &own);
    g_autofree char *client = g_strdup_printf("192.0.2.1:%u", (guint)(5000 + play->stream));
    const WsscCarrierNote note = {.file = play->file,
                                  .frame = ++play->frame,
                                  .time = play->time += G_USEC_PER_SEC / 100,
                                  .stream = play->stream,
                                  .kind = WSSC_SIGN_RESET,
                                  .is_from_server = TRUE,
                                  .client = client,
                                  .server = "192.0.2.2:443"};
    wssc_session_note(play->session, &note);
}

static void dropped_by_rampart(Play *play)
{
    drop(play, "Simple-Server/1.1 Axis2");
}

static void dropped_by_corewcf(Play *play)
{
    drop(play, "Kestrel");
}

static void dropped_by_anybody(Play *play)
{
    drop(play, "Apache");
}

/* ---- the order of the header ---------------------------------------------------------------------------------------
 */

static void token_later(Play *play)
{
    const Signed own = {.context = "urn:ctx:1", .key = {(const guint8 *)RIGHT, strlen(RIGHT)}, .is_token_later = TRUE};
    good(play, 1, "urn:ctx:1");
    call_of(play, 2, &own);
}

/* The same refusal, and everything in its place. */
static void token_first(Play *play)
{
    const Signed own = {.context = "urn:ctx:1", .key = {(const guint8 *)RIGHT, strlen(RIGHT)}};
    good(play, 1, "urn:ctx:1");
    call_of(play, 2, &own);
}

/* ---- keys of another size ------------------------------------------------------------------------------------------
 */

/* P_SHA1 (RFC 2246 section 5) of the two entropies, which WS-Trust 1.4 section 4.4.4 makes the key of. */
static void derive_key(guint8 ret_key[40])
{
    gsize secret_len, seed_len;
    g_autofree guint8 *secret = g_base64_decode(CLIENT_ENTROPY, &secret_len);
    g_autofree guint8 *seed = g_base64_decode(SERVER_ENTROPY, &seed_len);
    const Key key = {secret, secret_len};
    g_autofree guint8 *block = g_malloc(20 + seed_len);
    memcpy(block + 20, seed, seed_len);
    hmac(&key, seed, seed_len, block);
    for (guint i = 0; i < 2; i++) {
        hmac(&key, block, 20 + seed_len, ret_key + 20 * i);
        hmac(&key, block, 20, block);
    }
}

/* The service gives a key of 256 bits, or of no stated size; the client signs with the first so many. */
static void issue_and_call(Play *play, const char *size, gsize bits, gboolean is_taken)
{
    guint8 key[40];
    derive_key(key);
    g_autofree char *answer =
        g_strdup_printf(RSTR(TOKEN("urn:computed", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR "%s"), size);
    ASK(play, 5, ID(TRUST "/RST/SCT", "urn:m:5"), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    ANSWER(play, 5, RE(TRUST "/RSTR/SCT", "urn:m:5"), answer);
    const Signed own = {.context = "urn:computed", .key = {key, bits / 8}, .is_taken = is_taken};
    call_of(play, 6, &own);
}

static void size_disagrees(Play *play)
{
    issue_and_call(play, "<t:KeySize>256</t:KeySize>", 128, FALSE);
}

static void size_unusual(Play *play)
{
    issue_and_call(play, "", 128, FALSE);
}

/* Of the size that was given, and refused all the same. */
static void size_agrees(Play *play)
{
    issue_and_call(play, "<t:KeySize>256</t:KeySize>", 256, FALSE);
}

static const struct {
    const char *name;
    void (*conversation)(Play *play);
    WsscCauseId cause;
    WsscConfidence confidence;
    const char *words; /* of the ground that it stands on; NULL: any */
} cases[] = {
    {"one-between-good-ones", one_between_good_ones, WSSC_CAUSE_TAMPERED, WSSC_CERTAIN, NULL},
    {"some-before-good-ones", some_between_good_ones, WSSC_CAUSE_TAMPERED, WSSC_CERTAIN, NULL},
    {"one-after-a-good-one", one_after_a_good_one, WSSC_CAUSE_TAMPERED, WSSC_CERTAIN, NULL},
    {"part-changed", part_changed, WSSC_CAUSE_TAMPERED, WSSC_CERTAIN, NULL},
    {"bad-from-then-on", bad_from_then_on, WSSC_CAUSE_WRONG_KEY, WSSC_LIKELY, NULL},
    {"never-good", never_good, WSSC_CAUSE_WRONG_KEY, WSSC_LIKELY, NULL},
    {"good-under-another", good_under_another, WSSC_CAUSE_TAMPERED, WSSC_LIKELY, NULL},
    {"one-alone", one_alone, WSSC_CAUSE_TAMPERED, WSSC_POSSIBLE, NULL},
    {"good-ones-of-another", good_ones_of_another, WSSC_CAUSE_WRONG_KEY, WSSC_LIKELY, NULL},
    {"dropped-by-rampart", dropped_by_rampart, WSSC_CAUSE_CONNECTION_LOST, WSSC_LIKELY, "stack (rampart) is known to"},
    {"dropped-by-corewcf", dropped_by_corewcf, WSSC_CAUSE_SUITE_MISMATCH, WSSC_LIKELY, NULL},
    {"dropped-by-anybody", dropped_by_anybody, WSSC_CAUSE_SUITE_MISMATCH, WSSC_POSSIBLE, NULL},
    {"token-later", token_later, WSSC_CAUSE_HEADER_ORDER, WSSC_LIKELY,
     "Signature stands before the SecurityContextTok"},
    {"token-first", token_first, WSSC_CAUSE_UNEXPLAINED, WSSC_POSSIBLE, NULL},
    {"size-disagrees", size_disagrees, WSSC_CAUSE_WRONG_KEY, WSSC_CERTAIN,
     "a key of 128 bits, the service's key has 256"},
    {"size-unusual", size_unusual, WSSC_CAUSE_WRONG_KEY, WSSC_LIKELY, "nobody states a size"},
    {"size-agrees", size_agrees, WSSC_CAUSE_SUITE_MISMATCH, WSSC_LIKELY, NULL},
};

static void add_key(Play *play, const char *context)
{
    g_autoptr(WsscSecret) secret = wssc_secret_new(RIGHT, strlen(RIGHT));
    wssc_keyring_add_context(wssc_session_keyring(play->session), context, NULL, secret,
                             (WsscKeyOrigin){.source = WSSC_KEY_FROM_KEYFILE, .line = 1});
}

static void test_case(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    Play play;
    begin(&play);
    add_key(&play, "urn:ctx:1");
    add_key(&play, "urn:ctx:2");
    cases[i].conversation(&play);
    finish(&play);
    g_autoptr(WsscWhy) why = wssc_why_ask(wssc_session_model(play.session));
    g_assert_cmpuint(why->troubles->len, ==, 1);
    const WsscTrouble *trouble = why->troubles->pdata[0];
    g_test_message("%s (%s): %s", wssc_cause_info(trouble->cause)->name, wssc_confidence_name(trouble->confidence),
                   trouble->text);
    g_assert_cmpstr(wssc_cause_info(trouble->cause)->name, ==, wssc_cause_info(cases[i].cause)->name);
    g_assert_cmpstr(wssc_confidence_name(trouble->confidence), ==, wssc_confidence_name(cases[i].confidence));
    g_assert_true(cases[i].words == NULL || strstr(trouble->text, cases[i].words) != NULL);
    g_clear_pointer(&why, wssc_why_free);
    end(&play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/why-signed/%s", cases[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_case);
    }
    return g_test_run();
}
