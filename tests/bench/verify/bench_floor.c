/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floor: what no verifier over libxml2 and OpenSSL can go below. Each octet range that the
 * signature covers (every reference and SignedInfo) is a small document of its own, so that
 * libxml2 has nothing to search and nothing to hide; it is canonicalized straight into OpenSSL's
 * digest or HMAC. With "parse" the message is parsed as well.
 */
#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#define DS "http://www.w3.org/2000/09/xmldsig#"

typedef struct {
    xmlDoc *doc;
    const EVP_MD *digest;
    guint8 expected[EVP_MAX_MD_SIZE];
    gsize expected_len;
} Range;

typedef struct {
    GArray *references; /* Range */
    Range info;
} Ready;

static int write_digest(void *user, const char *data, int len)
{
    return EVP_DigestUpdate(user, data, (size_t)len) ? len : -1;
}

static int write_buffer(void *user, const char *data, int len)
{
    g_byte_array_append(user, (const guint8 *)data, (guint)len);
    return len;
}

static int close_nothing(void *user G_GNUC_UNUSED)
{
    return 0;
}

static gboolean canonicalize(xmlDoc *doc, xmlC14NIsVisibleCallback visible, void *user, xmlOutputWriteCallback write,
                             void *sink)
{
    xmlOutputBuffer *out = xmlOutputBufferCreateIO(write, close_nothing, sink, NULL);
    int status = xmlC14NExecute(doc, visible, user, XML_C14N_EXCLUSIVE_1_0, NULL, 0, out);
    return xmlOutputBufferClose(out) >= 0 && status >= 0;
}

/* ---- before the clock runs -------------------------------------------------------------------- */

static void give_up(const BenchMessage *message, const char *why)
{
    fprintf(stderr, "%s: %s\n", message->file, why);
    exit(1);
}

static int is_below(void *user, xmlNode *node, xmlNode *parent)
{
    for (xmlNode *n = node->type == XML_NAMESPACE_DECL ? parent : node; n != NULL && n->type != XML_DOCUMENT_NODE;
         n = n->parent)
        if (n == user)
            return 1;
    return 0;
}

static xmlNode *find(xmlNode *node, const char *name, const char *id)
{
    for (xmlNode *n = node; n != NULL; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        if (name != NULL && xmlStrEqual(n->name, BAD_CAST name) && n->ns != NULL &&
            xmlStrEqual(n->ns->href, BAD_CAST DS))
            return n;
        for (xmlAttr *a = n->properties; id != NULL && a != NULL; a = a->next)
            if (xmlStrEqual(a->name, BAD_CAST "Id") && a->children != NULL &&
                xmlStrEqual(a->children->content, BAD_CAST id))
                return n;
        xmlNode *found = find(n->children, name, id);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static const EVP_MD *digest_of(const char *uri)
{
    const char *name = strstr(uri, "sha");
    return EVP_MD_fetch(NULL, name, NULL);
}

static void read_value(xmlNode *element, Range *range)
{
    xmlChar *text = xmlNodeGetContent(element);
    gsize len;
    guint8 *octets = g_base64_decode((char *)text, &len);
    range->expected_len = MIN(len, sizeof range->expected);
    memcpy(range->expected, octets, range->expected_len);
    g_free(octets);
    xmlFree(text);
}

/* The element alone, as a document whose canonical form is that of the element in its message. */
static xmlDoc *cut_out(const BenchMessage *message, xmlNode *element)
{
    g_autoptr(GByteArray) octets = g_byte_array_new();
    if (!canonicalize(element->doc, is_below, element, write_buffer, octets))
        give_up(message, "no canonical form");
    return xmlReadMemory((char *)octets->data, (int)octets->len, NULL, NULL, XML_PARSE_NONET);
}

static char *attribute(xmlNode *element, const char *name)
{
    return (char *)xmlGetNoNsProp(element, BAD_CAST name);
}

static Ready *prepare(const BenchMessage *message)
{
    Ready *ready = g_new0(Ready, 1);
    gsize len;
    const char *octets = g_bytes_get_data(message->octets, &len);
    xmlDoc *doc = xmlReadMemory(octets, (int)len, NULL, NULL, XML_PARSE_NONET);
    xmlNode *root = xmlDocGetRootElement(doc);
    xmlNode *signature = find(root, "Signature", NULL);
    xmlNode *info = find(signature->children, "SignedInfo", NULL);

    ready->references = g_array_new(FALSE, TRUE, sizeof(Range));
    ready->info.doc = cut_out(message, info);
    ready->info.digest = digest_of(attribute(find(info->children, "SignatureMethod", NULL), "Algorithm"));
    read_value(find(signature->children, "SignatureValue", NULL), &ready->info);
    for (xmlNode *n = find(info->children, "Reference", NULL); n != NULL; n = n->next) {
        Range range = {0};
        if (n->type != XML_ELEMENT_NODE)
            continue;
        xmlNode *target = find(root, NULL, attribute(n, "URI") + 1);
        if (target == NULL)
            give_up(message, "a reference to nothing");
        range.doc = cut_out(message, target);
        range.digest = digest_of(attribute(find(n->children, "DigestMethod", NULL), "Algorithm"));
        read_value(find(n->children, "DigestValue", NULL), &range);
        g_array_append_val(ready->references, range);
    }
    xmlFreeDoc(doc);
    return ready;
}

/* ---- while it runs ------------------------------------------------------------------------------ */

typedef struct {
    EVP_MD_CTX *context;
    GByteArray *octets;
    gboolean parse;
} Bench;

static gboolean verify(BenchMessage *message, gpointer user)
{
    Bench *bench = user;
    Ready *ready = message->ready;
    guint8 value[EVP_MAX_MD_SIZE];
    unsigned int len;
    gsize size;

    if (bench->parse) {
        const char *octets = g_bytes_get_data(message->octets, &size);
        xmlFreeDoc(xmlReadMemory(octets, (int)size, NULL, NULL, XML_PARSE_NONET));
    }
    for (guint i = 0; i < ready->references->len; i++) {
        Range *range = &g_array_index(ready->references, Range, i);
        EVP_DigestInit_ex(bench->context, range->digest, NULL);
        if (!canonicalize(range->doc, NULL, NULL, write_digest, bench->context))
            return FALSE;
        EVP_DigestFinal_ex(bench->context, value, &len);
        if (len != range->expected_len || memcmp(value, range->expected, len) != 0)
            return FALSE;
    }
    g_byte_array_set_size(bench->octets, 0);
    if (!canonicalize(ready->info.doc, NULL, NULL, write_buffer, bench->octets))
        return FALSE;
    const void *key = g_bytes_get_data(message->key, &size);
    HMAC(ready->info.digest, key, (int)size, bench->octets->data, bench->octets->len, value, &len);
    return len == ready->info.expected_len && memcmp(value, ready->info.expected, len) == 0;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    GPtrArray *messages = bench_load(argv[1]);
    Bench bench = {EVP_MD_CTX_new(), g_byte_array_new(), argc > 2};
    for (guint i = 0; i < messages->len; i++) {
        BenchMessage *message = messages->pdata[i];
        message->ready = prepare(message);
    }
    return bench_serve(messages, verify, &bench);
}
