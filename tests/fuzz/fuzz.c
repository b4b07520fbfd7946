/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fuzz.h"

#include "keys/keyfile.h"
#include "xml/arena.h"

/* As the analyzer's documents have them. */
__attribute__((constructor)) static void use_arenas(void)
{
    wssc_xml_use_arenas();
}

char *fuzz_parameter(WsscBytes *input)
{
    const guint8 *end = input->len > 0 && input->data[0] == '!' ? memchr(input->data, '\n', input->len) : NULL;
    if (end == NULL)
        return NULL;
    gsize len = (gsize)(end - input->data);
    char *parameter = g_strndup((const char *)input->data + 1, len - 1);
    *input = wssc_bytes(end + 1, input->len - len - 1);
    return parameter;
}

GBytes *fuzz_octets(WsscBytes input)
{
    return g_bytes_new(input.len > 0 ? input.data : NULL, input.len);
}

static GBytes *load(const char *name, gpointer user, GError **error)
{
    g_autofree char *path = g_build_filename(user, name, NULL);
    char *data = NULL;
    gsize len = 0;
    return g_file_get_contents(path, &data, &len, error) ? g_bytes_new_take(data, len) : NULL;
}

/* Lines of keys in files are left empty, so that the numbers of the others stay. */
static GBytes *without_files(GBytes *keys)
{
    gsize len = 0;
    const char *text = g_bytes_get_data(keys, &len);
    g_autofree char *copy = g_strndup(text, len);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (g_str_has_prefix(*line, "PRIVATE_KEY ") || g_str_has_prefix(*line, "CERTIFICATE "))
            **line = '\0';
    char *rest = g_strjoinv("\n", lines);
    return g_bytes_new_take(rest, strlen(rest));
}

static WsscKeyring *parse(GBytes *keys)
{
    static char folder[] = WSSC_SOURCE_DIR "/tests/interop/corpus";
    g_autoptr(GPtrArray) diagnostics = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    WsscKeyring *ring = wssc_keyring_new();
    wssc_keyfile_parse(wssc_bytes_of(keys), load, folder, ring, diagnostics);
    FUZZ_ASSERT(diagnostics->len == 0);
    return ring;
}

/* What stands in files is read once and kept by the process: OpenSSL takes longer for it than most inputs do. */
static WsscKeyring *whole;
static GBytes *rest;

static void read_keys(void)
{
    if (whole != NULL)
        return;
    g_autoptr(GBytes) keys = load("fuzz.keys", (gpointer)WSSC_SOURCE_DIR "/tests/fuzz", NULL);
    FUZZ_ASSERT(keys != NULL);
    whole = parse(keys);
    rest = without_files(keys);
}

void fuzz_add_private_keys(WsscKeyring *ring)
{
    read_keys();
    const GPtrArray *keys = wssc_keyring_private_keys(whole);
    for (guint i = 0; i < keys->len; i++) {
        const WsscPrivateKey *key = keys->pdata[i];
        wssc_keyring_add_private_key(ring, key->key, key->certificate, key->origin);
    }
}

WsscKeyring *fuzz_keyring(void)
{
    read_keys();
    WsscKeyring *ring = parse(rest);
    const GPtrArray *certificates = wssc_keyring_certificates(whole);
    for (guint i = 0; i < certificates->len; i++) {
        const WsscCertificate *certificate = certificates->pdata[i];
        wssc_keyring_add_certificate(ring, certificate->certificate, certificate->path, certificate->origin);
    }
    fuzz_add_private_keys(ring);
    return ring;
}

const WsscLimits *fuzz_limits(void)
{
    static WsscLimits limits;
    if (limits.value[0] == 0)
        wssc_limits_init(&limits);
#ifdef WSSC_FUZZ
    /* What is found by trial takes a hundred times as long with all that libFuzzer counts. The replay has it whole. */
    static const struct {
        WsscLimitId id;
        guint share;
    } some[] = {{WSSC_LIMIT_WORK_OCTETS, 16},
                {WSSC_LIMIT_GUESS_OCTETS, 64},
                {WSSC_LIMIT_REWRITE_OCTETS, 64},
                {WSSC_LIMIT_VAIN_OCTETS, 64},
                {WSSC_LIMIT_UT_ITERATIONS, 64}};
    wssc_limits_init(&limits);
    for (guint i = 0; i < G_N_ELEMENTS(some); i++)
        limits.value[some[i].id] /= some[i].share;
#endif
    return &limits;
}

static void check_span(const WsscXml *xml, const WsscSpan *span, const WsscSpan *around)
{
    FUZZ_ASSERT(span->start <= span->content_start && span->content_start <= span->content_end &&
                span->content_end <= span->end && span->end <= g_bytes_get_size(xml->octets));
    /* All items of a binary array have the offsets of its one start tag. */
    FUZZ_ASSERT(around == NULL || xml->form == WSSC_XML_BINARY ||
                (span->start >= around->start && span->end <= around->end));
}

void fuzz_check_spans(const WsscXml *xml)
{
    const xmlNode *node = wssc_xml_root(xml);
    const xmlNode *root = node;
    while (node != NULL) {
        const WsscSpan *around = node != root ? wssc_xml_span(node->parent) : NULL;
        if (wssc_xml_span(node) != NULL)
            check_span(xml, wssc_xml_span(node), around);
        const xmlAttr *attr = node->type == XML_ELEMENT_NODE ? node->properties : NULL;
        for (; attr != NULL; attr = attr->next)
            if (wssc_xml_span(attr) != NULL)
                check_span(xml, wssc_xml_span(attr), wssc_xml_span(node));
        if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
            node = node->children;
            continue;
        }
        while (node != NULL && node != root && node->next == NULL)
            node = node->parent;
        node = node == root || node == NULL ? NULL : node->next;
    }
}
