/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/attachment.h"

#include <openssl/crypto.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "keys/crypto.h"
#include "security/attachment_headers.h"
#include "security/result.h"

/* ---- content ---------------------------------------------------------------------------------------------------- */

static gboolean is_type(const char *type, const char *prefix)
{
    return type != NULL && g_ascii_strncasecmp(type, prefix, strlen(prefix)) == 0;
}

static gboolean is_xml(const char *type)
{
    const char *plus = type != NULL ? strstr(type, "+xml") : NULL;
    return is_type(type, "text/xml") || is_type(type, "application/xml") ||
           (plus != NULL && (is_type(type, "application/") || is_type(type, "image/")));
}

static void write_lines(WsscBytes octets, GByteArray *out)
{
    for (gsize i = 0; i < octets.len; i++) {
        gboolean is_break = octets.data[i] == '\n' || octets.data[i] == '\r';
        g_byte_array_append(out, is_break ? (const guint8 *)"\r\n" : octets.data + i, is_break ? 2 : 1);
        if (octets.data[i] == '\r' && i + 1 < octets.len && octets.data[i + 1] == '\n')
            i++;
    }
}

static gboolean write_xml(const WsscWork *work, GBytes *octets, GByteArray *out)
{
    g_autoptr(WsscXml) xml = wssc_xml_parse_without_spans(octets, NULL, NULL);
    /* The part's own: the message's octets are not these. */
    WsscC14nBudget budget = {.left = g_bytes_get_size(octets) * WSSC_MAX_WORK_TIMES};
    const WsscC14n c14n = {.flags = WSSC_C14N_EXCLUSIVE, .budget = &budget, .out = work->out};
    return xml != NULL && wssc_c14n_write(&c14n, xml->doc, NULL, NULL, NULL, out);
}

/* As the type asks (section 5.4.2), or as it stands. */
static gboolean write_content(const WsscWork *work, const WsscXmlPart *part, gboolean as_it_stands, GByteArray *out)
{
    g_autofree char *type = wssc_attachment_header(part->headers, "Content-Type");
    WsscBytes octets = wssc_bytes_of(part->octets);
    if (!as_it_stands && is_xml(type))
        return write_xml(work, part->octets, out);
    if (!as_it_stands && (type == NULL || is_type(type, "text/")))
        write_lines(octets, out);
    else
        g_byte_array_append(out, octets.data, (guint)octets.len);
    return TRUE;
}

enum { MOST_READINGS = 4 };

/* Readings: content as its type asks, content as it stands; of a complete part with an empty line behind the headers
 * (the profile), and without one (WSS4J). FALSE when there is no such reading, or no such form. */
static gboolean octets_of(const WsscWork *work, const WsscXmlPart *part, const char *kind, guint which,
                          GByteArray *ret_octets)
{
    gboolean is_complete = g_strcmp0(kind, "complete") == 0;
    if (which % 2 == 1 && !is_complete)
        return FALSE;
    g_byte_array_set_size(ret_octets, 0);
    if (is_complete)
        wssc_attachment_write_headers(part->headers, ret_octets);
    if (is_complete && which % 2 == 0)
        g_byte_array_append(ret_octets, (const guint8 *)"\r\n", 2);
    return write_content(work, part, kind == NULL || which / 2 == 1, ret_octets);
}

/* ---- encryption ------------------------------------------------------------------------------------------------- */

static char *cipher_uri(const xmlNode *encrypted)
{
    const xmlNode *data = wssc_xml_child(encrypted, WSSC_NS_FAMILY_XENC, "CipherData");
    const xmlNode *reference = wssc_xml_child(data, WSSC_NS_FAMILY_XENC, "CipherReference");
    return reference != NULL ? wssc_xml_attr_value(reference, WSSC_NS_FAMILY_NONE, "URI") : NULL;
}

gboolean wssc_attachment_is_encrypted(const xmlNode *encrypted)
{
    g_autofree char *uri = cipher_uri(encrypted);
    return uri != NULL && g_str_has_prefix(uri, "cid:");
}

GBytes *wssc_attachment_cipher(const WsscWork *work, const xmlNode *encrypted)
{
    g_autofree char *uri = cipher_uri(encrypted);
    const WsscXmlPart *part = uri != NULL && g_str_has_prefix(uri, "cid:") ? wssc_xml_find_part(work->xml, uri) : NULL;
    return part != NULL ? g_bytes_ref(part->octets) : NULL;
}

/* Where the headers end: behind the first empty line. */
static gsize end_of_headers(WsscBytes plain)
{
    for (gsize i = 0; i + 3 < plain.len; i++)
        if (memcmp(plain.data + i, "\r\n\r\n", 4) == 0)
            return i + 4;
    return 0;
}

void wssc_attachment_take(WsscWork *work, const xmlNode *encrypted, GBytes *plain)
{
    g_autofree char *uri = cipher_uri(encrypted);
    g_autofree char *type = wssc_xml_attr_value(encrypted, WSSC_NS_FAMILY_NONE, "Type");
    const WsscXmlPart *part = wssc_xml_find_part(work->xml, uri);
    g_autofree char *media = wssc_xml_attr_value(encrypted, WSSC_NS_FAMILY_NONE, "MimeType");
    gsize headers =
        type != NULL && g_str_has_suffix(type, "#Attachment-Complete") ? end_of_headers(wssc_bytes_of(plain)) : 0;
    g_autofree char *block = headers > 0     ? g_strndup(g_bytes_get_data(plain, NULL), headers)
                             : media != NULL ? g_strdup_printf("Content-Type: %s\r\n%s", media, part->headers)
                                             : g_strdup(part->headers);
    g_autoptr(GBytes) content = g_bytes_new_from_bytes(plain, headers, g_bytes_get_size(plain) - headers);
    if (work->opened_parts == NULL)
        work->opened_parts = wssc_xml_new(NULL, WSSC_XML_TEXT);
    wssc_xml_add_part(work->opened_parts, part->id, block, content);
}

/* ---- what is signed --------------------------------------------------------------------------------------------- */

/* An EncryptedData stands for the part, and was not opened. */
static gboolean is_part_closed(const WsscWork *work, const char *uri)
{
    xmlNode *root = xmlDocGetRootElement(wssc_work_current(work)->doc);
    if (work->opened_parts != NULL && wssc_xml_find_part(work->opened_parts, uri) != NULL)
        return FALSE;
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n)) {
        g_autofree char *own = wssc_xml_is(n, WSSC_NS_FAMILY_XENC, "CipherReference")
                                   ? wssc_xml_attr_value(n, WSSC_NS_FAMILY_NONE, "URI")
                                   : NULL;
        if (g_strcmp0(own, uri) == 0)
            return TRUE;
    }
    return FALSE;
}

static void decide(WsscSignedReference *reference, WsscDigest digest, char *reason)
{
    reference->digest = digest;
    g_free(reference->reason);
    reference->reason = reason;
}

/* References are cheap to send: so many may cover one large part. */
static gboolean is_within_bounds(WsscWork *work, gsize octets)
{
    const guint *most = work->budget->limits->value;
    gsize all = most[WSSC_LIMIT_WORK_OCTETS];
    for (guint i = 0; work->xml->parts != NULL && i < work->xml->parts->len; i++)
        all +=
            g_bytes_get_size(((const WsscXmlPart *)work->xml->parts->pdata[i])->octets) * most[WSSC_LIMIT_WORK_TIMES];
    work->part_octets += octets;
    return work->part_octets <= all;
}

static gboolean has_digest(WsscCheck *check, const WsscSignedReference *reference, const WsscAlgorithm *digest,
                           WsscBytes expected, const GByteArray *octets)
{
    guint8 value[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    EVP_MD_CTX *context = wssc_crypto_digest_start(check->work->crypto, digest->name);
    if (context == NULL || (octets->len > 0 && EVP_DigestUpdate(context, octets->data, octets->len) != 1) ||
        EVP_DigestFinal_ex(context, value, &len) != 1)
        return FALSE;
    g_autofree char *seen = wssc_base64_encode(wssc_bytes(value, len));
    g_autofree char *wanted = wssc_base64_encode(expected);
    wssc_result_explain(check->signature, "The digest of a MIME part",
                        "%s: %s over %u octets\ncomputed %s\nexpected %s", reference->uri, digest->name, octets->len,
                        seen, wanted);
    return expected.len == len && CRYPTO_memcmp(value, expected.data, expected.len) == 0;
}

/* TRUE when it needs no further look. */
static gboolean try_part(WsscCheck *check, WsscSignedReference *reference, const WsscXmlPart *part, const char *kind,
                         const WsscAlgorithm *digest, WsscBytes expected)
{
    g_autoptr(GByteArray) octets = g_byte_array_new();
    for (guint i = 0; i < (kind != NULL ? MOST_READINGS : 1u); i++) {
        gboolean is_habit = kind != NULL && i / 2 == 1;
        if (is_habit && check->work->options->is_strict)
            continue;
        if (!is_within_bounds(check->work, g_bytes_get_size(part->octets))) {
            decide(reference, WSSC_DIGEST_UNSUPPORTED,
                   g_strdup("the signatures of this message cover too much, too often"));
            return TRUE;
        }
        if (!octets_of(check->work, part, kind, i, octets))
            continue;
        gboolean is_same = has_digest(check, reference, digest, expected, octets);
        decide(reference, is_same ? WSSC_DIGEST_OK : WSSC_DIGEST_MISMATCH, NULL);
        if (is_same && is_habit)
            check->habit = WSSC_DEVIATION_PART_AS_IT_STANDS;
        if (is_same)
            return TRUE;
    }
    if (reference->digest != WSSC_DIGEST_MISMATCH)
        decide(reference, WSSC_DIGEST_UNSUPPORTED,
               g_strdup_printf("the MIME part %s has no canonical form", reference->uri));
    return FALSE;
}

/* As the part was before it was encrypted, then as it came. */
void wssc_attachment_reference(WsscCheck *check, WsscSignedReference *reference, const char *kind,
                               const WsscAlgorithm *digest, WsscBytes expected)
{
    const WsscWork *work = check->work;
    const WsscXml *const holders[] = {work->opened_parts, work->xml};
    gboolean is_over = FALSE;

    /* RFC 2045 section 7: ids are unique. */
    if (wssc_xml_has_two_parts(work->xml, reference->uri)) {
        check->is_lost = TRUE;
        decide(reference, WSSC_DIGEST_UNRESOLVED, g_strdup_printf("several MIME parts are called %s", reference->uri));
        return;
    }
    decide(reference, WSSC_DIGEST_UNSUPPORTED,
           g_strdup_printf("the MIME part that it covers (%s) is not in the message", reference->uri));
    for (guint h = 0; h < G_N_ELEMENTS(holders) && !is_over; h++) {
        const WsscXmlPart *part = holders[h] != NULL ? wssc_xml_find_part(holders[h], reference->uri) : NULL;
        is_over = part != NULL && try_part(check, reference, part, kind, digest, expected);
    }
    if (!is_over && reference->digest == WSSC_DIGEST_MISMATCH && is_part_closed(work, reference->uri))
        decide(reference, WSSC_DIGEST_UNCHECKED, g_strdup("the MIME part that it covers is still encrypted"));
}
