/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits: the table, and what is left away at one is told by a finding at the frame; at the limit itself nothing is.
 */
#include <string.h>

#include "base/limits.h"
#include "session/session.h"

#define SOAP "http://www.w3.org/2003/05/soap-envelope"
#define WSSE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
#define TRUST "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
#define WSC "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512"
#define XENC "http://www.w3.org/2001/04/xmlenc#"
#define DS "http://www.w3.org/2000/09/xmldsig#"

static void test_table(void)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    WsscLimits limits;
    wssc_limits_init(&limits);
    for (int i = 0; i < WSSC_LIMIT_MAX; i++) {
        const WsscLimitInfo *info = wssc_limit_info((WsscLimitId)i);
        WsscLimitId id = WSSC_LIMIT_MAX;
        g_assert_true(g_hash_table_add(names, (gpointer)info->name));
        g_assert_true(wssc_limit_from_name(info->name, &id));
        g_assert_cmpint(id, ==, i);
        g_assert_cmpuint(info->value, >, 0);
        g_assert_cmpuint(limits.value[i], ==, info->value);
        g_assert_true(info->most == 0 || info->most >= info->value);
        g_assert_cmpint(*info->unit * *info->what * *info->beyond, !=, 0);
        for (const char *c = info->name; *c != '\0'; c++)
            g_assert_true(g_ascii_islower(*c) || *c == '-');
    }
    g_assert_false(wssc_limit_from_name("nothing", &(WsscLimitId){0}));
    g_assert_cmpuint(WSSC_MAX_XML_DEPTH, ==, limits.value[WSSC_LIMIT_XML_DEPTH]);
}

static void test_set(void)
{
    WsscLimitSet set = {{0, 0}};
    for (int i = 0; i < WSSC_LIMIT_MAX; i += 3)
        wssc_limit_set_add(&set, (WsscLimitId)i);
    for (int i = 0; i < WSSC_LIMIT_MAX; i++)
        g_assert_cmpint(wssc_limit_set_has(&set, (WsscLimitId)i), ==, i % 3 == 0);
}

static void feed(WsscSession *session, guint32 frame, const char *text)
{
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    WsscUnit unit = {.frame = frame,
                     .time = wssc_time_parse("2026-03-01T12:00:01Z") + frame,
                     .src = "192.0.2.1:5000",
                     .dst = "192.0.2.2:80",
                     .transport = WSSC_TRANSPORT_HTTP,
                     .encoding = WSSC_ENCODING_TEXT,
                     .direction = WSSC_DIRECTION_REQUEST,
                     .stream = 1,
                     .pair = frame,
                     .octets = octets};
    wssc_session_feed(session, &unit);
}

/* The frames in which that limit is told, of all findings that tell one. */
static char *told(WsscSession *session, const char *name)
{
    GString *frames = g_string_new(NULL);
    g_autofree char *begin = g_strdup_printf("limit %s, ", name);
    const GPtrArray *findings = wssc_session_findings(session);
    for (guint i = 0; i < findings->len; i++) {
        const WsscFinding *finding = findings->pdata[i];
        if (finding->id == WSSC_FINDING_LIMIT_REACHED && g_str_has_prefix(finding->text, begin))
            g_string_append_printf(frames, "%u ", finding->frame);
    }
    return g_string_free(frames, FALSE);
}

static char *repeated(const char *head, const char *unit, guint times, const char *tail)
{
    GString *text = g_string_new("<s:Envelope xmlns:s='" SOAP "' xmlns:o='" WSSE "' xmlns:t='" TRUST "' xmlns:c='" WSC
                                 "' xmlns:e='" XENC "' xmlns:d='" DS "'>");
    g_string_append(text, head);
    for (guint i = 0; i < times; i++)
        g_string_append(text, unit);
    g_string_append(text, tail);
    g_string_append(text, "</s:Envelope>");
    return g_string_free(text, FALSE);
}

/* A message with so many of one thing as are taken, and the same with one more. */
static const struct {
    const char *name, *head, *unit, *tail;
    guint most;
} parts[] = {
    {"rstr", "<s:Body><t:RequestSecurityTokenResponseCollection>", "<t:RequestSecurityTokenResponse/>",
     "</t:RequestSecurityTokenResponseCollection></s:Body>", WSSC_MAX_RSTR},
    {"parameters", "<s:Body><t:RequestSecurityToken>", "<x/>", "</t:RequestSecurityToken></s:Body>",
     WSSC_MAX_PARAMETERS},
    {"nested-trust-search", "<s:Body>", "<x/>", "</s:Body>", WSSC_MAX_NESTED_TRUST_SEARCH},
    {"decryptions", "<s:Body>",
     "<e:EncryptedData><e:EncryptionMethod Algorithm='" XENC
     "aes128-cbc'/><d:KeyInfo><d:KeyName>k</d:KeyName></d:KeyInfo><e:CipherData><e:CipherValue>"
     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</e:CipherValue></e:CipherData></e:EncryptedData>",
     "</s:Body>", WSSC_MAX_DECRYPTIONS},
    {"signatures", "<s:Header><o:Security>", "<d:Signature/>", "</o:Security></s:Header><s:Body/>",
     2 * WSSC_MAX_SIGNATURES},
};

static void test_part(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(WsscSession) session = wssc_session_new();
    g_autofree char *within = repeated(parts[i].head, parts[i].unit, parts[i].most, parts[i].tail);
    g_autofree char *beyond = repeated(parts[i].head, parts[i].unit, parts[i].most + 1, parts[i].tail);
    wssc_session_add_file(session, "message");
    feed(session, 1, within);
    feed(session, 2, beyond);
    wssc_session_finish(session, 0);
    g_autofree char *frames = told(session, parts[i].name);
    g_assert_cmpstr(frames, ==, "2 ");
}

static void set(WsscSession *session, WsscLimitId id, guint value)
{
    WsscLimits limits;
    wssc_limits_init(&limits);
    limits.value[id] = value;
    wssc_session_set_options(session, &(WsscSessionOptions){.limits = &limits});
}

/* What is set is what holds. */
static void test_part_as_set(void)
{
    enum { MOST = 3 };
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        WsscLimitId id;
        g_assert_true(wssc_limit_from_name(parts[i].name, &id));
        if (wssc_limit_info(id)->most == 0)
            continue;
        g_autoptr(WsscSession) session = wssc_session_new();
        g_autofree char *within = repeated(parts[i].head, parts[i].unit, MOST, parts[i].tail);
        g_autofree char *beyond = repeated(parts[i].head, parts[i].unit, MOST + 1, parts[i].tail);
        set(session, id, MOST);
        wssc_session_add_file(session, "message");
        feed(session, 1, within);
        feed(session, 2, beyond);
        wssc_session_finish(session, 0);
        g_autofree char *frames = told(session, parts[i].name);
        g_assert_cmpstr(frames, ==, "2 ");
    }
}

/* Told once, however many follow. */
static void check_instances(guint most)
{
    g_autoptr(WsscSession) session = wssc_session_new();
    set(session, WSSC_LIMIT_INSTANCES, most);
    wssc_session_add_file(session, "message");
    for (guint i = 1; i <= most + 3; i++) {
        g_autofree char *instance = g_strdup_printf("<c:Instance>urn:%u</c:Instance>", i);
        g_autofree char *text = repeated("<s:Header><o:Security><c:SecurityContextToken><c:Identifier>urn:c"
                                         "</c:Identifier>",
                                         instance, 1, "</c:SecurityContextToken></o:Security></s:Header><s:Body/>");
        feed(session, i, text);
    }
    wssc_session_finish(session, 0);
    g_autofree char *frames = told(session, "instances");
    g_autofree char *expected = g_strdup_printf("%u ", most + 1);
    g_assert_cmpstr(frames, ==, expected);
}

static void test_instances(void)
{
    check_instances(WSSC_MAX_INSTANCES);
    check_instances(WSSC_MAX_INSTANCES + 10);
    check_instances(2);
}

static void test_names(void)
{
    g_autoptr(WsscSession) session = wssc_session_new();
    WsscKeyring *ring = wssc_session_keyring(session);
    g_autofree char *text = repeated("<s:Body/>", "", 0, "");
    wssc_session_add_file(session, "message");
    for (guint i = 0; i < WSSC_MAX_CONTEXTS_OF_NAME; i++) {
        g_autofree char *identifier = g_strdup_printf("urn:%u", i);
        wssc_keyring_add_context_name(ring, "name", identifier, NULL, FALSE);
    }
    feed(session, 1, text);
    wssc_keyring_add_context_name(ring, "name", "urn:one-more", NULL, FALSE);
    feed(session, 2, text);
    feed(session, 3, text);
    for (guint i = 1; i <= WSSC_MAX_CONTEXT_NAMES; i++) {
        g_autofree char *name = g_strdup_printf("name-%u", i);
        wssc_keyring_add_context_name(ring, name, "urn:c", NULL, FALSE);
    }
    feed(session, 4, text);
    wssc_session_finish(session, 0);
    g_autofree char *of_name = told(session, "contexts-of-name");
    g_autofree char *names = told(session, "context-names");
    g_assert_cmpstr(of_name, ==, "2 ");
    g_assert_cmpstr(names, ==, "4 ");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/limits/table", test_table);
    g_test_add_func("/limits/set", test_set);
    g_test_add_func("/limits/part-as-set", test_part_as_set);
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *path = g_strdup_printf("/limits/%s", parts[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_part);
    }
    g_test_add_func("/limits/instances", test_instances);
    g_test_add_func("/limits/names", test_names);
    return g_test_run();
}
