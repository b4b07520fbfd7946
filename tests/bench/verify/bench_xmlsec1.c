/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libxmlsec1 with OpenSSL: parse, register ids, verify; with "parsed" verify alone. Keys are read
 * before. */
#include <libxml/parser.h>
#include <xmlsec/crypto.h>
#include <xmlsec/keys.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include "bench.h"

typedef struct {
    xmlSecKey *key;
    xmlDoc *doc; /* NULL: parsed while the clock runs */
} Ready;

static xmlDoc *parse(const BenchMessage *message)
{
    static const xmlChar *ids[] = {(const xmlChar *)"Id", (const xmlChar *)"ID", (const xmlChar *)"AssertionID", NULL};
    gsize len;
    const char *octets = g_bytes_get_data(message->octets, &len);
    xmlDoc *doc = xmlReadMemory(octets, (int)len, NULL, NULL, XML_PARSE_NONET);

    xmlSecAddIDs(doc, xmlDocGetRootElement(doc), ids);
    return doc;
}

static gboolean verify(BenchMessage *message, gpointer user G_GNUC_UNUSED)
{
    Ready *ready = message->ready;
    xmlDoc *doc = ready->doc != NULL ? ready->doc : parse(message);
    xmlNode *node = xmlSecFindNode(xmlDocGetRootElement(doc), xmlSecNodeSignature, xmlSecDSigNs);
    xmlSecDSigCtx *context = xmlSecDSigCtxCreate(NULL);

    context->signKey = ready->key;
    gboolean valid = xmlSecDSigCtxVerify(context, node) == 0 && context->status == xmlSecDSigStatusSucceeded;
    context->signKey = NULL; /* the key is used again */
    xmlSecDSigCtxDestroy(context);
    if (ready->doc == NULL)
        xmlFreeDoc(doc);
    return valid;
}

int main(int argc, char **argv)
{
    if (argc < 2 || xmlSecInit() < 0 || xmlSecOpenSSLAppInit(NULL) < 0 || xmlSecOpenSSLInit() < 0)
        return 2;
    GPtrArray *messages = bench_load(argv[1]);
    for (guint i = 0; i < messages->len; i++) {
        BenchMessage *message = messages->pdata[i];
        Ready *ready = g_new0(Ready, 1);
        gsize len;
        const xmlSecByte *key = g_bytes_get_data(message->key, &len);
        ready->key = xmlSecKeyReadMemory(xmlSecKeyDataHmacId, key, len);
        ready->doc = argc > 2 ? parse(message) : NULL;
        message->ready = ready;
    }
    return bench_serve(messages, verify, NULL);
}
