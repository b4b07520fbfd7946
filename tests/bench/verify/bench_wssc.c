/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core: parse and verify, or with "parsed" verify alone. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "keys/keyfile.h"
#include "security/security.h"

typedef struct {
    WsscKeyring *ring;
    WsscVerifier *verifier;
    gboolean parsed;
} Bench;

static WsscXml *parse(BenchMessage *message)
{
    g_autoptr(GError) error = NULL;
    WsscXml *xml = wssc_xml_parse(message->octets, NULL, &error);
    if (xml == NULL)
        fprintf(stderr, "%s\n", error->message);
    return xml;
}

static gboolean verify(BenchMessage *message, gpointer user)
{
    Bench *bench = user;
    WsscXml *xml = bench->parsed ? message->ready : parse(message);
    WsscSecurityOptions options = {.frame = 1};
    g_autoptr(WsscSecurity) security = wssc_security_process(xml, bench->verifier, &options);
    const WsscSignature *signature = g_ptr_array_index(security->signatures, 0);
    gboolean valid = signature->verdict == WSSC_VERDICT_VALID;

    if (!bench->parsed)
        wssc_xml_unref(xml);
    return valid;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    Bench bench = {.ring = wssc_keyring_new(), .parsed = argc > 2};
    bench.verifier = wssc_verifier_new(bench.ring);
    GPtrArray *messages = bench_load(argv[1]);
    for (guint i = 0; i < messages->len; i++) {
        BenchMessage *message = messages->pdata[i];
        g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
        g_autofree char *text = NULL;
        gsize len;
        if (!g_file_get_contents(message->key_file, &text, &len, NULL))
            return 3;
        wssc_keyfile_parse(wssc_bytes(text, len), NULL, NULL, bench.ring, problems);
        if (bench.parsed)
            message->ready = parse(message);
    }
    return bench_serve(messages, verify, &bench);
}
