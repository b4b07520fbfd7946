/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fuzz.h"

#include <libxml/parser.h>

#include "keys/keyfile.h"
#include "mutate.h"
#include "wrapping.h"

static GBytes *load(const char *path, gpointer folder, GError **error)
{
    g_autofree char *full = g_build_filename(folder, path, NULL);
    char *data = NULL;
    gsize len = 0;
    return g_file_get_contents(full, &data, &len, error) ? g_bytes_new_take(data, len) : NULL;
}

static WsscKeyring *ring_of(const WrappingSample *sample)
{
    static char folder[] = WSSC_SOURCE_DIR "/tests/interop/corpus";
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    WsscKeyring *ring = wssc_keyring_new();
    wssc_keyfile_parse(wssc_bytes_of(sample->keys), load, folder, ring, problems);
    FUZZ_ASSERT(problems->len == 0);
    return ring;
}

xmlDoc *wrapping_open(const WrappingSample *sample)
{
    gsize len = 0;
    const char *text = g_bytes_get_data(sample->text, &len);
    return xmlReadMemory(text, (int)len, NULL, "UTF-8", XML_PARSE_NONET);
}

WsscXml *wrapping_write(xmlDoc *doc)
{
    xmlChar *text = NULL;
    int len = 0;
    xmlDocDumpMemoryEnc(doc, &text, &len, "UTF-8");
    g_autoptr(GBytes) octets = g_bytes_new(text, (gsize)len);
    xmlFree(text);
    return wssc_xml_parse(octets, NULL, NULL);
}

WsscSecurity *wrapping_judge(const WrappingSample *sample, const WsscXml *xml)
{
    const WsscSecurityOptions options = {.frame = 1};
    g_autoptr(WsscKeyring) ring = ring_of(sample);
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    return wssc_security_process(xml, verifier, &options);
}

gboolean wrapping_is_plain(const WrappingSample *sample, const WsscXml *xml, const WsscSecurity *security)
{
    for (guint i = 0; i < security->signatures->len; i++) {
        const WsscSignature *signature = security->signatures->pdata[i];
        if (signature->verdict != WSSC_VERDICT_VALID || signature->protects != WSSC_PROTECTS_MESSAGE)
            return FALSE;
    }
    return security->signatures->len > 0 && doubt_of(xml, security) == NULL &&
           !(sample->has_signed_body && has_note(security, "body-unsigned")) &&
           (sample->has_unsigned_part || !has_note(security, "part-unsigned"));
}

/* ---- what was proved ----------------------------------------------------------------------------------------- */

static xmlNode *find_id(xmlNode *node, const char *id)
{
    for (; node != NULL; node = node->next) {
        for (const xmlAttr *a = node->type == XML_ELEMENT_NODE ? node->properties : NULL; a != NULL; a = a->next)
            if (strcmp((const char *)a->name, "Id") == 0 && a->children != NULL &&
                strcmp((const char *)a->children->content, id) == 0)
                return node;
        xmlNode *found = node->type == XML_ELEMENT_NODE ? find_id(node->children, id) : NULL;
        if (found != NULL)
            return found;
    }
    return NULL;
}

/* The element as a whole is what is digested. */
static gboolean is_whole(const WsscSignedReference *reference)
{
    for (guint i = 0; i < reference->transforms->len; i++)
        if (!g_str_has_prefix(reference->transforms->pdata[i], "http://www.w3.org/2001/10/xml-exc-c14n#") &&
            !g_str_has_prefix(reference->transforms->pdata[i], "http://www.w3.org/TR/2001/REC-xml-c14n-"))
            return FALSE;
    return reference->uri != NULL && reference->uri[0] == '#';
}

static WrappingProof *proof_of(xmlDoc *doc, const WsscSignature *signature)
{
    WrappingProof *proof = g_new0(WrappingProof, 1);
    proof->value = g_strdup(signature->value);
    proof->parts = g_ptr_array_new_with_free_func(wrapping_part_free);
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        const xmlNode *target = is_whole(reference) ? find_id(xmlDocGetRootElement(doc), reference->uri + 1) : NULL;
        WrappingPart *part = target != NULL ? wrapping_part_at(target) : NULL;
        guint same = 0;
        if (part == NULL)
            continue;
        FUZZ_ASSERT(wrapping_count(doc, part, &same) == 1 && same == 1);
        g_ptr_array_add(proof->parts, part);
    }
    return proof;
}

/* A sample that is not plainly valid as it is would prove nothing. */
static void learn(WrappingSample *sample)
{
    xmlDoc *doc = wrapping_open(sample);
    FUZZ_ASSERT(doc != NULL);
    g_autoptr(WsscXml) xml = wrapping_write(doc);
    FUZZ_ASSERT(xml != NULL);
    g_autoptr(WsscSecurity) security = wrapping_judge(sample, xml);
    sample->has_signed_body = !has_note(security, "body-unsigned");
    sample->has_unsigned_part = has_note(security, "part-unsigned");
    if (!wrapping_is_plain(sample, xml, security))
        g_printerr("%s is not plainly valid untouched\n", sample->name);
    FUZZ_ASSERT(wrapping_is_plain(sample, xml, security));
    guint parts = 0;
    for (guint i = 0; i < security->signatures->len; i++) {
        WrappingProof *proof = proof_of(doc, security->signatures->pdata[i]);
        parts += proof->parts->len;
        g_ptr_array_add(sample->proofs, proof);
    }
    if (parts == 0)
        g_printerr("%s signs nothing that is read\n", sample->name);
    FUZZ_ASSERT(parts > 0);
    xmlFreeDoc(doc);
}

static GBytes *read_beside(const char *name, const char *ending)
{
    g_autofree char *file = g_strconcat(name, ending, NULL);
    GBytes *octets = load(file, (gpointer)WSSC_SOURCE_DIR "/tests", NULL);
    if (octets == NULL)
        g_printerr("cannot read %s\n", file);
    FUZZ_ASSERT(octets != NULL);
    return octets;
}

const GPtrArray *wrapping_samples(void)
{
    static GPtrArray *samples;
    if (samples != NULL)
        return samples;
    samples = g_ptr_array_new();
    g_autoptr(GBytes) list = read_beside("fuzz/wrapping", ".samples");
    gsize len = 0;
    const char *text = g_bytes_get_data(list, &len);
    g_autofree char *copy = g_strndup(text, len);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (**line == '\0' || **line == '#')
            continue;
        WrappingSample *sample = g_new0(WrappingSample, 1);
        sample->name = g_strdup(*line);
        sample->text = read_beside(*line, ".xml");
        sample->keys = read_beside(*line, ".keys");
        sample->proofs = g_ptr_array_new();
        learn(sample);
        g_ptr_array_add(samples, sample);
    }
    return samples;
}
