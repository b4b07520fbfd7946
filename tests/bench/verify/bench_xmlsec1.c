/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libxmlsec1 with OpenSSL: parse, register ids, verify. Keys are read before. */
#include <libxml/parser.h>
#include <xmlsec/crypto.h>
#include <xmlsec/keys.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include "bench.h"

static gboolean verify(BenchMessage *message, gpointer user G_GNUC_UNUSED)
{
    static const xmlChar *ids[] = {(const xmlChar *)"Id", (const xmlChar *)"ID",
                                   (const xmlChar *)"AssertionID", NULL};
    gsize len;
    const char *octets = g_bytes_get_data(message->octets, &len);
    xmlDoc *doc = xmlReadMemory(octets, (int)len, NULL, NULL, XML_PARSE_NONET);
    xmlNode *root = xmlDocGetRootElement(doc);

    xmlSecAddIDs(doc, root, ids);
    xmlNode *node = xmlSecFindNode(root, xmlSecNodeSignature, xmlSecDSigNs);
    xmlSecDSigCtx *context = xmlSecDSigCtxCreate(NULL);
    context->signKey = message->ready;
    gboolean valid = xmlSecDSigCtxVerify(context, node) == 0 &&
                     context->status == xmlSecDSigStatusSucceeded;
    context->signKey = NULL; /* the key is used again */
    xmlSecDSigCtxDestroy(context);
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
        gsize len;
        const xmlSecByte *key = g_bytes_get_data(message->key, &len);
        message->ready = xmlSecKeyReadMemory(xmlSecKeyDataHmacId, key, len);
    }
    return bench_serve(messages, verify, NULL);
}
