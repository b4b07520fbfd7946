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

static char *base64_hmac(const char *key, const char *text)
{
    guint8 octets[20];
    gsize len = sizeof octets;
    g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)key, strlen(key));
    g_hmac_update(hmac, (const guchar *)text, (gssize)strlen(text));
    g_hmac_get_digest(hmac, octets, &len);
    return g_base64_encode(octets, len);
}

/* A call that signs its Timestamp with the key; is_changed: it says another time than was signed. */
static void call_signed(Play *play, guint64 pair, const char *context, const char *key, gboolean is_changed)
{
    g_autofree char *id = g_strdup_printf("urn:call:%u", play->frame);
    g_autofree char *signed_stamp = stamp("00"), *sent_stamp = stamp(is_changed ? "01" : "00");
    g_autofree char *digest = base64_digest(signed_stamp);
    g_autofree char *info = g_strdup_printf(
        "<d:SignedInfo xmlns:d=\"" DS "\"><d:CanonicalizationMethod Algorithm=\"" EXC
        "\"></d:CanonicalizationMethod><d:SignatureMethod Algorithm=\"" DS "hmac-sha1\"></d:SignatureMethod>"
        "<d:Reference URI=\"#time\"><d:Transforms><d:Transform Algorithm=\"" EXC "\"></d:Transform></d:Transforms>"
        "<d:DigestMethod Algorithm=\"" DS "sha1\"></d:DigestMethod><d:DigestValue>%s</d:DigestValue></d:Reference>"
        "</d:SignedInfo>",
        digest);
    g_autofree char *value = base64_hmac(key, info);
    g_autofree char *header = g_strdup_printf(
        ID("urn:app/call", "%s") SECURITY(
            "%s<c:SecurityContextToken u:Id='sct'><c:Identifier>%s</c:Identifier></c:SecurityContextToken>"
            "<d:Signature xmlns:d='" DS "'>%s<d:SignatureValue>%s</d:SignatureValue><d:KeyInfo>"
            "<o:SecurityTokenReference><o:Reference URI='#sct'/></o:SecurityTokenReference></d:KeyInfo></d:Signature>"),
        id, sent_stamp, context, info, value);
    ASK(play, pair, header, "<q xmlns='urn:app'/>");
    gboolean is_good = !is_changed && strcmp(key, RIGHT) == 0;
    g_autofree char *back = g_strdup_printf(RE("urn:app/answer", "%s"), id);
    ANSWER(play, pair, back, is_good ? "<r xmlns='urn:app'/>" : HIDDEN);
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

static const struct {
    const char *name;
    void (*conversation)(Play *play);
    WsscCauseId cause;
    WsscConfidence confidence;
} cases[] = {
    {"one-between-good-ones", one_between_good_ones, WSSC_CAUSE_TAMPERED, WSSC_CERTAIN},
    {"some-before-good-ones", some_between_good_ones, WSSC_CAUSE_TAMPERED, WSSC_CERTAIN},
    {"one-after-a-good-one", one_after_a_good_one, WSSC_CAUSE_TAMPERED, WSSC_CERTAIN},
    {"part-changed", part_changed, WSSC_CAUSE_TAMPERED, WSSC_CERTAIN},
    {"bad-from-then-on", bad_from_then_on, WSSC_CAUSE_WRONG_KEY, WSSC_LIKELY},
    {"never-good", never_good, WSSC_CAUSE_WRONG_KEY, WSSC_LIKELY},
    {"good-under-another", good_under_another, WSSC_CAUSE_TAMPERED, WSSC_LIKELY},
    {"one-alone", one_alone, WSSC_CAUSE_TAMPERED, WSSC_POSSIBLE},
    {"good-ones-of-another", good_ones_of_another, WSSC_CAUSE_WRONG_KEY, WSSC_LIKELY},
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
