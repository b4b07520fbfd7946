/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of net.tcp one at a time, and where they begin when the stream's start is not known.
 */
#include <string.h>

#include "carrier/nettcp.h"

/* The preamble of a captured session (Mono), then what [MC-NMF] 2.2 says of other records. */
#define PREAMBLE "\x00\x01\x00\x01\x02\x02\x1Enet.tcp://127.0.0.1:18088/echo\x03\x08\x0C"
#define ENVELOPE                                                                                                       \
    "\x56\x02\x0B\x01s\x04\x56\x0E\x40\x01"                                                                            \
    "a\x01\x01\x01"                                                              /* 14 octets */
#define WITH_TABLE "\x05\x04text" ENVELOPE                                       /* 20 octets */
#define SOAP "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"/>" /* 63 octets */
#define FAULT "\x08\x47http://schemas.microsoft.com/ws/2006/05/framing/faults/EndpointNotFound"

static WsscBytes literal(const char *text, gsize len)
{
    return wssc_bytes(text, len);
}
#define LITERAL(text) literal(text, sizeof(text) - 1)

static void test_preamble(void)
{
    static const struct {
        WsscNettcpType type;
        gsize size;
    } expected[] = {{WSSC_NETTCP_VERSION, 3},
                    {WSSC_NETTCP_MODE, 2},
                    {WSSC_NETTCP_VIA, 32},
                    {WSSC_NETTCP_KNOWN_ENCODING, 2},
                    {WSSC_NETTCP_PREAMBLE_END, 1}};
    WsscBytes octets = LITERAL(PREAMBLE);
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        WsscNettcpRecord record;
        g_assert_cmpint(wssc_nettcp_step(octets, &record), ==, WSSC_FRAMING_DONE);
        g_assert_cmpint(record.type, ==, expected[i].type);
        g_assert_cmpuint(record.size, ==, expected[i].size);
        octets = wssc_bytes(octets.data + record.size, octets.len - record.size);
    }
    g_assert_cmpuint(octets.len, ==, 0);
}

static void test_chunks(void)
{
    WsscBytes octets = LITERAL("\x05\x02"
                               "ab\x01"
                               "c\x00\x07");
    WsscNettcpRecord record;
    g_assert_cmpint(wssc_nettcp_step(octets, &record), ==, WSSC_FRAMING_DONE);
    g_assert_cmpuint(record.size, ==, 7);
    g_autoptr(GBytes) envelope = wssc_nettcp_envelope(octets, &record);
    WsscBytes joined = wssc_bytes_of(envelope);
    g_assert_cmpmem(joined.data, (int)joined.len, "abc", 3);
}

static void test_bad(void)
{
    WsscNettcpRecord record;
    g_assert_cmpint(wssc_nettcp_step(LITERAL("\x0D"), &record), ==, WSSC_FRAMING_BAD);
    g_assert_cmpint(wssc_nettcp_step(LITERAL("\x06\xFF\xFF\xFF\xFF\x1F"), &record), ==, WSSC_FRAMING_BAD);
    g_assert_cmpint(wssc_nettcp_step(LITERAL("\x02\xFF\xFF\xFF\xFF\x0F"), &record), ==, WSSC_FRAMING_BAD);
    g_assert_cmpint(wssc_nettcp_step(LITERAL("\x06\xFF\xFF\xFF\xFF\x0F"), &record), ==, WSSC_FRAMING_LARGE);
    g_assert_cmpuint(record.payload, ==, 6);
    g_assert_cmpuint(record.length, ==, G_MAXUINT32);
    g_assert_cmpint(wssc_nettcp_step(LITERAL("\x05\xFF\xFF\xFF\xFF\x0F"), &record), ==, WSSC_FRAMING_LARGE);
    g_assert_cmpuint(record.payload, ==, 1);
    g_assert_cmpint(wssc_nettcp_step(LITERAL("\x06\x05"
                                             "abc"),
                                     &record),
                    ==, WSSC_FRAMING_MORE);
    g_assert_cmpuint(record.missing, ==, 2);
}

static const struct {
    const char *name;
    const char *octets;
    gsize len;
} beginnings[] = {
#define ROW(name, octets)                                                                                              \
    {                                                                                                                  \
        name, octets, sizeof(octets) - 1                                                                               \
    }
    ROW("preamble", PREAMBLE),
    ROW("binary", "\x06\x0E" ENVELOPE),
    ROW("binary session", "\x06\x14" WITH_TABLE),
    ROW("binary session, no new strings", "\x06\x0F\x00" ENVELOPE),
    ROW("binary, chunks", "\x05\x0E" ENVELOPE "\x00"),
    ROW("inline name", "\x06\x17\x5E\x08"
                       "Envelope\x09\x01"
                       "a\x05urn:x\x01\x01\x01\x01\x01"),
    ROW("text", "\x06\x3F" SOAP),
    ROW("text behind a table, as Wine sends it", "\x06\x40\x00" SOAP),
    ROW("UTF-16", "\x06\x08<\0s\0:\0E\0"),
    ROW("MTOM", "\x06\x12MIME-Version: 1.0\r"),
    ROW("fault", FAULT),
#undef ROW
};

/* Behind rubbish that could be anything but a record, a record of each kind is found; of its beginning alone it is
 * not said that there is none. */
static void test_found(gconstpointer data)
{
    const char *octets = beginnings[GPOINTER_TO_UINT(data)].octets;
    gsize len = beginnings[GPOINTER_TO_UINT(data)].len, at;
    static const char rubbish[] = "\x01\x06\x03"
                                  "abc\x06\x06\x00\x01\xFE\x05\x08\x00";
    for (gsize before = 0; before < sizeof rubbish; before++) {
        g_autoptr(GByteArray) stream = g_byte_array_new();
        g_byte_array_append(stream, (const guint8 *)rubbish, (guint)before);
        g_byte_array_append(stream, (const guint8 *)octets, (guint)len);
        g_assert_cmpint(wssc_nettcp_find(wssc_bytes(stream->data, stream->len), &at), ==, WSSC_FRAMING_DONE);
        g_assert_cmpuint(at, ==, before);
        for (gsize part = 1; part < len; part++) {
            WsscFraming step = wssc_nettcp_find(wssc_bytes(stream->data, before + part), &at);
            g_assert_cmpint(step, !=, WSSC_FRAMING_BAD);
            g_assert_cmpuint(at, <=, before);
        }
    }
}

static void test_not_found(void)
{
    static const struct {
        const char *octets;
        gsize len;
    } rows[] = {
#define ROW(octets) {octets, sizeof(octets) - 1}
        ROW("x"),
        ROW("\x06\x03"
            "abc"),
        ROW("\x06\x0E" ENVELOPE "\x0D"),               /* no record behind it */
        ROW("\x06\x00" ENVELOPE),                      /* an empty one */
        ROW("\x06\x0E\x56\x04\x0B\x01s\x04 and more"), /* another element than Envelope */
        ROW("\x06\x09<anything>"),
        ROW("\x00\x01\x00\x01\x7F\x02"), /* no such mode */
        ROW("\x08\x0Ahttp://abc"),
#undef ROW
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize at;
        g_assert_cmpint(wssc_nettcp_find(wssc_bytes(rows[i].octets, rows[i].len), &at), ==, WSSC_FRAMING_BAD);
        g_assert_cmpuint(at, ==, rows[i].len);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/nettcp/preamble", test_preamble);
    g_test_add_func("/nettcp/chunks", test_chunks);
    g_test_add_func("/nettcp/bad", test_bad);
    for (guint i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        g_autofree char *path = g_strdup_printf("/nettcp/found/%s", beginnings[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_found);
    }
    g_test_add_func("/nettcp/not-found", test_not_found);
    return g_test_run();
}
