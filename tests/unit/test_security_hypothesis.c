/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was really done to a message is what the hypothesis names, and nothing is claimed of what it cannot know.
 * Expected keys: the published and recomputed vectors of tests/vectors where one fits, else P_SHA1 out of GLib's HMAC.
 */
#include "signed_message.h"

#define CONTEXT "urn:uuid:hypothesis"
#define SCT                                                                                                            \
    "<c:SecurityContextToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"S\"><c:Identifier>" CONTEXT            \
    "</c:Identifier></c:SecurityContextToken>"
#define TO(id)                                                                                                         \
    "<ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference URI=\"#" id                                              \
    "\"/></wsse:SecurityTokenReference></ds:KeyInfo>"
#define DKT(more)                                                                                                      \
    "<c:DerivedKeyToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"D\"><wsse:SecurityTokenReference>"          \
    "<wsse:Reference URI=\"#S\"/></wsse:SecurityTokenReference>" more                                                  \
    "<c:Nonce>bm9uY2U=</c:Nonce></c:DerivedKeyToken>"
#define NONCE "nonce"
#define DEFAULT_LABEL "WS-SecureConversationWS-SecureConversation"

/* Octets [offset, offset + length) of P_SHA1, by GLib. */
static void p_sha1(const char *secret, const char *seed, gsize offset, gsize length, guint8 *out)
{
    g_autoptr(GByteArray) stream = g_byte_array_new(), a = g_byte_array_new();
    g_byte_array_append(a, (const guint8 *)seed, (guint)strlen(seed));
    while (stream->len < offset + length) {
        guint8 block[20];
        gsize len = sizeof block;
        g_autoptr(GHmac) next = g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)secret, strlen(secret));
        g_autoptr(GHmac) made = g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)secret, strlen(secret));
        g_hmac_update(next, a->data, (gssize)a->len);
        g_byte_array_set_size(a, sizeof block);
        g_hmac_get_digest(next, a->data, &len);
        g_hmac_update(made, a->data, (gssize)a->len);
        g_hmac_update(made, (const guchar *)seed, (gssize)strlen(seed));
        g_hmac_get_digest(made, block, &len);
        g_byte_array_append(stream, block, sizeof block);
    }
    memcpy(out, stream->data + offset, length);
}

static char *good_info(void)
{
    g_autofree char *ref = reference("#B", BODY);
    return signed_info(HMAC_SHA1, ref);
}

static void add_instance(WsscKeyring *ring, const char *instance, const char *text)
{
    g_autoptr(WsscSecret) secret = wssc_secret_new(text, strlen(text));
    wssc_keyring_add_context(ring, CONTEXT, instance, secret, (WsscKeyOrigin){0});
}

/* Signed with a key, referring to a token; the context's first key is SECRET, of the instance "two" "key two". */
static WsscSecurity *look_at(const char *tokens, const char *key_info, const void *key, gsize len, const char *body)
{
    g_autofree char *info = good_info();
    g_autofree char *text =
        message(&(Parts){.info = info, .tokens = tokens, .after_info = key_info, .body = body}, key, len);
    g_autoptr(WsscKeyring) ring = named_ring();
    add_instance(ring, NULL, SECRET);
    add_instance(ring, "two", "key two");
    return process(text, ring);
}

static void check_hypothesis(const WsscSecurity *security, const char *text)
{
    const WsscSignature *signature = only_signature(security);
    assert_verdict(signature, WSSC_VERDICT_INVALID, NULL);
    g_assert_null(signature->deviation);
    g_test_message("hypothesis: %s", signature->hypothesis != NULL ? signature->hypothesis : "-");
    if (text == NULL)
        g_assert_null(signature->hypothesis);
    else
        g_assert_nonnull(signature->hypothesis != NULL ? strstr(signature->hypothesis, text) : NULL);
}

static void test_other_instance(void)
{
    static const char two[] =
        "<c:SecurityContextToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"S\"><c:Identifier>" CONTEXT
        "</c:Identifier><c:Instance>three</c:Instance></c:SecurityContextToken>";
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autofree char *info = good_info();
    g_autofree char *text = message(&(Parts){.info = info, .tokens = two, .after_info = TO("S")}, "key two", 7);
    add_instance(ring, "three", "key three");
    add_instance(ring, "two", "key two");
    g_autoptr(WsscSecurity) open = process(text, ring);
    assert_verdict(only_signature(open), WSSC_VERDICT_NO_KEY, "first key"); /* with it some stacks sign on */
    add_instance(ring, NULL, SECRET);
    g_autoptr(WsscSecurity) security = process(text, ring);
    check_hypothesis(security, "key of instance two");
    g_assert_true(security->waits); /* a key learned later may be the one */
}

static void test_context_key_itself(void)
{
    g_autoptr(WsscSecurity) security = look_at(SCT DKT(""), TO("D"), SECRET, strlen(SECRET), NULL);
    check_hypothesis(security, "context's key itself");
}

static void check_derived(const char *more, const char *seed, gsize offset, gsize length, const char *hypothesis)
{
    guint8 key[64];
    g_autofree char *tokens =
        g_strconcat(SCT,
                    "<c:DerivedKeyToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"D\">"
                    "<wsse:SecurityTokenReference><wsse:Reference URI=\"#S\"/></wsse:SecurityTokenReference>",
                    more, "<c:Nonce>bm9uY2U=</c:Nonce></c:DerivedKeyToken>", NULL);
    p_sha1(SECRET, seed, offset, length, key);
    g_autoptr(WsscSecurity) security = look_at(tokens, TO("D"), key, length, NULL);
    check_hypothesis(security, hypothesis);
}

static void test_other_range(void)
{
    check_derived("<c:Length>32</c:Length>", DEFAULT_LABEL NONCE, 0, 24, "offset 0, length 24");
    check_derived("<c:Offset>16</c:Offset><c:Length>16</c:Length>", DEFAULT_LABEL NONCE, 32, 16,
                  "offset 32, length 16");
    check_derived("<c:Offset>0</c:Offset>", DEFAULT_LABEL NONCE, 64, 32, "offset 64, length 32");
}

static void test_other_label(void)
{
    check_derived("<c:Label>mine</c:Label>", DEFAULT_LABEL NONCE, 0, 32, "default label");
    check_derived("<c:Label> mine </c:Label>", "mine" NONCE, 0, 32, "label without white space");
    check_derived("<c:Label>mine</c:Label>",
                  "mine"
                  "bm9uY2U=",
                  0, 32, "nonce taken as text");
    check_derived("<c:Label>mine</c:Label>", "yours" NONCE, 0, 32, NULL);
}

static void test_cut_value(void)
{
    g_autofree char *info = good_info();
    g_autofree char *whole = hmac_of(SECRET, strlen(SECRET), info);
    gsize len = 0;
    g_autofree guchar *octets = g_base64_decode(whole, &len);
    g_autofree char *cut = g_base64_encode(octets, 12);
    g_autofree char *shorter = g_base64_encode(octets, 4);
    for (int i = 0; i < 2; i++) {
        g_autoptr(WsscKeyring) ring = named_ring();
        g_autofree char *text = message(&(Parts){.info = info, .value = i == 0 ? cut : shorter}, "", 0);
        g_autoptr(WsscSecurity) security = process(text, ring);
        check_hypothesis(security, i == 0 ? "cut to 12 octets" : NULL);
    }
}

/* The digest is of "digested", the message carries "sent". */
static void check_sent(const char *digested, const char *sent, const char *hypothesis)
{
    g_autofree char *ref = reference("#B", digested);
    g_autofree char *info = signed_info(HMAC_SHA1, ref);
    g_autofree char *text = message(&(Parts){.info = info, .body = sent}, SECRET, strlen(SECRET));
    g_autoptr(WsscKeyring) ring = named_ring();
    g_autoptr(WsscSecurity) security = process(text, ring);
    check_hypothesis(security, hypothesis);
}

static void test_changed_on_the_way(void)
{
    check_sent(BODY_TAG "<a><b>1</b></a></s:Body>", BODY_TAG "\n  <a>\n    <b>1</b>\n  </a>\n</s:Body>",
               "white space between the tags of Body");
    check_sent(BODY_TAG "<a>one two</a></s:Body>", BODY_TAG "<a>\n  one two\n</a></s:Body>",
               "white space in the text of Body");
    check_sent(BODY_TAG "<a>1&#xD;\n2</a></s:Body>", BODY_TAG "<a>1\n2</a></s:Body>", "line ends of Body");
    check_sent(BODY_TAG "<a>1</a></s:Body>", BODY_TAG "<a>2</a></s:Body>", NULL);
    check_sent(BODY_TAG "<a>1 2</a></s:Body>", BODY_TAG "<a>12</a></s:Body>", NULL);
}

static void test_other_form(void)
{
    /* What inclusive canonical form keeps and exclusive does not: a prefix that nothing uses. */
    check_sent("<s:Body xmlns:s=\"" SOAP "\" xmlns:u=\"urn:unused\" xmlns:wsu=\"" WSU "\" wsu:Id=\"B\"></s:Body>",
               "<s:Body xmlns:u=\"urn:unused\" xmlns:wsu=\"" WSU "\" wsu:Id=\"B\"></s:Body>",
               "inclusive 1.0 canonical form");
    check_sent("<s:Body xmlns:s=\"" SOAP "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"B\"><!-- c --></s:Body>",
               BODY_TAG "<!-- c --></s:Body>", "with comments");
}

static void test_timestamp(void)
{
    static const char was[] = "<wsu:Timestamp xmlns:wsu=\"" WSU
                              "\" wsu:Id=\"T\"><wsu:Created>2026-01-01T00:00:00Z</wsu:Created></wsu:Timestamp>";
    static const char is[] = "<wsu:Timestamp xmlns:wsu=\"" WSU
                             "\" wsu:Id=\"T\"><wsu:Created>2026-01-01T00:00:01Z</wsu:Created></wsu:Timestamp>";
    g_autofree char *ref = reference("#T", was);
    g_autofree char *info = signed_info(HMAC_SHA1, ref);
    for (int i = 0; i < 2; i++) {
        g_autoptr(WsscKeyring) ring = named_ring();
        g_autofree char *text =
            message(&(Parts){.info = info, .tokens = is}, i == 0 ? SECRET : "unknown", i == 0 ? strlen(SECRET) : 7);
        g_autoptr(WsscSecurity) security = process(text, ring);
        check_hypothesis(security, i == 0 ? "Timestamp was altered" : NULL);
    }
}

/* ---- habits: valid, and named --------------------------------------------------------------------------------- */

static void check_habit(const WsscSecurity *security, const char *deviation)
{
    assert_verdict(only_signature(security), WSSC_VERDICT_VALID, NULL);
    g_assert_cmpstr(only_signature(security)->deviation, ==, deviation);
}

static void test_habits_of_derivation(void)
{
    static const struct {
        const char *tokens, *seed;
        gsize offset, length;
        const char *deviation;
    } rows[] = {
        {SCT DKT(""), DEFAULT_LABEL NONCE, 0, 32, NULL},
        {SCT DKT("<c:Generation>2</c:Generation><c:Length>16</c:Length>"), DEFAULT_LABEL NONCE, 32, 16, NULL},
        {SCT DKT("<c:Generation>2</c:Generation><c:Length>16</c:Length>"), DEFAULT_LABEL NONCE, 0, 16,
         "generation-ignored"},
        {SCT DKT("<c:Offset>8</c:Offset><c:Length>16</c:Length>"), DEFAULT_LABEL NONCE, 0, 16, "offset-ignored"},
        {SCT DKT("<c:Generation>a label</c:Generation>"), "a label" NONCE, 0, 32, "label-in-generation"},
        {SCT DKT(""), "WS-SecureConversation" NONCE, 0, 32, "label-once"},
        {SCT "<c:DerivedKeyToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU
             "\" wsu:Id=\"D\"><c:Nonce>bm9uY2U=</c:Nonce></c:DerivedKeyToken>",
         DEFAULT_LABEL NONCE, 0, 32, "source-implied"},
        {"<c:DerivedKeyToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU "\" xmlns:ds=\"" DS
         "\" wsu:Id=\"D\"><wsse:SecurityTokenReference>"
         "<ds:KeyName>k</ds:KeyName></wsse:SecurityTokenReference><c:Nonce>bm9uY2U=</c:Nonce></c:DerivedKeyToken>",
         "WS-SecureConversation" NONCE, 0, 32, "label-once"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint8 key[32];
        p_sha1(SECRET, rows[i].seed, rows[i].offset, rows[i].length, key);
        g_autoptr(WsscSecurity) security = look_at(rows[i].tokens, TO("D"), key, rows[i].length, NULL);
        check_habit(security, rows[i].deviation);
    }
}

/* A derived key without a source, where there are two: which is meant is open. */
static void test_source_open(void)
{
    guint8 key[32];
    p_sha1(SECRET, DEFAULT_LABEL NONCE, 0, 32, key);
    g_autoptr(WsscSecurity) security =
        look_at(SCT SCT "<c:DerivedKeyToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU
                        "\" wsu:Id=\"D\"><c:Nonce>bm9uY2U=</c:Nonce></c:DerivedKeyToken>",
                TO("D"), key, sizeof key, NULL);
    assert_verdict(only_signature(security), WSSC_VERDICT_NO_KEY, "names no source");
}

/* A chain of derived keys at the far end of long key streams: bounded, and no verdict that is not known. */
static void test_long_chain(void)
{
    g_autoptr(GString) tokens = g_string_new(SCT);
    const char *source = "S";
    char id[] = "D0";
    for (guint i = 0; i < 7; i++) {
        char before[] = {source[0], source[1], '\0'};
        id[1] = (char)('0' + i);
        g_string_append_printf(
            tokens,
            "<c:DerivedKeyToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"%s\"><wsse:SecurityTokenReference>"
            "<wsse:Reference URI=\"#%s\"/></wsse:SecurityTokenReference><c:Generation>2000</c:Generation>"
            "<c:Length>32</c:Length><c:Nonce>bm9uY2U=</c:Nonce></c:DerivedKeyToken>",
            id, before);
        source = id;
    }
    g_autoptr(WsscSecurity) security = look_at(tokens->str, TO("D6"), "x", 1, NULL);
    assert_verdict(only_signature(security), WSSC_VERDICT_UNSUPPORTED, "more work than is done for one");
}

static void test_key_of_habit(void)
{
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autoptr(WsscSecret) swapped = wssc_secret_new("swapped", 7);
    g_autofree char *info = good_info();
    g_autofree char *text = message(&(Parts){.info = info, .tokens = SCT, .after_info = TO("S")}, "swapped", 7);
    add_instance(ring, NULL, SECRET);
    wssc_keyring_add_context_habit(ring, CONTEXT, NULL, swapped, WSSC_DEVIATION_ENTROPY_SWAPPED, (WsscKeyOrigin){0});
    g_autoptr(WsscSecurity) security = process(text, ring);
    check_habit(security, "entropy-swapped");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hypothesis/other-instance", test_other_instance);
    g_test_add_func("/hypothesis/context-key-itself", test_context_key_itself);
    g_test_add_func("/hypothesis/other-range", test_other_range);
    g_test_add_func("/hypothesis/other-label", test_other_label);
    g_test_add_func("/hypothesis/cut-value", test_cut_value);
    g_test_add_func("/hypothesis/changed-on-the-way", test_changed_on_the_way);
    g_test_add_func("/hypothesis/other-form", test_other_form);
    g_test_add_func("/hypothesis/timestamp", test_timestamp);
    g_test_add_func("/habit/derivation", test_habits_of_derivation);
    g_test_add_func("/habit/source-open", test_source_open);
    g_test_add_func("/habit/long-chain", test_long_chain);
    g_test_add_func("/habit/key", test_key_of_habit);
    return g_test_run();
}
