/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "exports/export.h"

#include <string.h>

#include "base/limits.h"
#include "carrier/envelope.h"
#include "carrier/mime.h"
#include "exports/reader.h"

#define WSSC_EXPORT(id, name, title, is, read) {name, title, is, read},
static const struct {
    const char *name, *title;
    WsscExportIs is;
    WsscExportRead read;
} formats[WSSC_EXPORT_MAX] = {
    {NULL, NULL, NULL, NULL},
#include "exports/formats.def"
};
#undef WSSC_EXPORT

const char *wssc_export_format_name(WsscExportFormat format)
{
    return formats[format].name;
}

gboolean wssc_export_format_from_name(const char *name, WsscExportFormat *ret_format)
{
    for (int format = WSSC_EXPORT_GUESS + 1; format < WSSC_EXPORT_MAX; format++) {
        if (strcmp(name, formats[format].name) == 0) {
            *ret_format = (WsscExportFormat)format;
            return TRUE;
        }
    }
    return FALSE;
}

gboolean wssc_export_is_never(WsscBytes octets G_GNUC_UNUSED)
{
    return FALSE;
}

/* ---- one file -------------------------------------------------------------------------------------------------- */

static gboolean begins(WsscBytes octets, const char *magic, gsize len)
{
    return octets.len >= len && memcmp(octets.data, magic, len) == 0;
}

/* What people bring along with the rest, and what to do with it. */
static const struct {
    const char *magic;
    gsize len;
    const char *title, *hint;
} known[] = {
    {"\xFE\xED\xFE\xED", 4, "a Java key store (JKS)", "a key store is given with -k"},
    {"\xCE\xCE\xCE\xCE", 4, "a Java key store (JCEKS)", "a key store is given with -k"},
    {"-----BEGIN ", 11, "PEM", "keys and certificates are given with -k"},
    {"ElfFile", 8, "a Windows event log (.evtx)", "save it as XML: wevtutil qe FILE /lf:true /e:Events > FILE.xml"},
    {"%PDF-", 5, "a PDF document", NULL},
    {"\x89PNG", 4, "a PNG image", NULL},
    {"\xFF\xD8\xFF", 3, "a JPEG image", NULL},
    {"\x7F"
     "ELF",
     4, "a program", NULL},
    {"MZ", 2, "a Windows program", NULL},
    {"SQLite format 3", 15, "an SQLite database", NULL},
    {"7z\xBC\xAF\x27\x1C", 6, "a 7-Zip archive", "unpack it first"},
    {"Rar!", 4, "a RAR archive", "unpack it first"},
    {"BZh", 3, "bzip2", "unpack it first: bunzip2"},
    {"\xFD"
     "7zXZ",
     5, "xz", "unpack it first: unxz"},
};

static void name_unknown(WsscExport *export, WsscBytes octets)
{
    export->title = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(known) && export->title == NULL; i++) {
        if (!begins(octets, known[i].magic, known[i].len))
            continue;
        export->title = known[i].title;
        export->hint = g_strdup(known[i].hint);
    }
    export->is_text = wssc_octets_are_text(octets);
    if (export->title == NULL)
        export->title = export->is_text ? "text" : "binary octets";
}

static void read_as(WsscReading *reading, WsscExportFormat format, GBytes *octets)
{
    WsscExport *export = reading->export;
    /* The outermost container says the least, text inside it nothing. */
    if (export->format == WSSC_EXPORT_GUESS || export->format == WSSC_EXPORT_GZIP) {
        export->format = format;
        export->title = formats[format].title;
    }
    formats[format].read(reading, octets);
}

static gboolean guess(WsscReading *reading, GBytes *octets)
{
    WsscBytes bytes = wssc_bytes_of(octets);
    if (wssc_is_capture_magic(bytes)) {
        if (reading->depth == 0)
            reading->export->is_capture = TRUE;
        else
            wssc_reading_skip(reading, reading->inside, "a capture inside an archive (unpack it first)");
        return FALSE;
    }
    g_autoptr(GBytes) utf8 = wssc_text_from_utf16(octets);
    GBytes *text = utf8 != NULL ? utf8 : octets;
    bytes = wssc_bytes_of(text);
    for (int format = WSSC_EXPORT_GUESS + 1; bytes.len > 0 && format < WSSC_EXPORT_MAX; format++) {
        if (formats[format].is(bytes)) {
            read_as(reading, (WsscExportFormat)format, format == WSSC_EXPORT_XML ? octets : text);
            return TRUE;
        }
    }
    return FALSE;
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const WsscFound *one = *(WsscFound *const *)a, *other = *(WsscFound *const *)b;
    if (one->time != other->time)
        return one->time < other->time ? -1 : 1;
    if (one->entry != other->entry)
        return one->entry < other->entry ? -1 : 1;
    return one->ordinal < other->ordinal ? -1 : one->ordinal > other->ordinal;
}

/* Archives of exchanges tell both ends of each: what was under way at the same time goes in its own order. */
static void order(WsscExport *export)
{
    for (guint i = 0; i < export->messages->len; i++)
        if (((const WsscFound *)export->messages->pdata[i])->time == WSSC_TIME_NONE)
            return;
    g_ptr_array_sort(export->messages, by_time);
}

WsscExport *wssc_export_read(GBytes *octets, const WsscExportOptions *options)
{
    WsscExport *export = wssc_export_new();
    WsscReading reading = {.export = export, .options = options, .guess = guess};
    WsscLimits defaults;
    wssc_limits_init(&defaults);
    reading.limits = options->limits != NULL ? options->limits : &defaults;
    reading.left = reading.limits->value[WSSC_LIMIT_UNPACKED_OCTETS];
    if (options->format != WSSC_EXPORT_GUESS)
        read_as(&reading, options->format, octets);
    else
        guess(&reading, octets);
    g_autoptr(GBytes) utf8 = wssc_text_from_utf16(octets);
    if (export->is_capture)
        export->title = "a capture of packets";
    else if (export->format == WSSC_EXPORT_GUESS || (export->format == WSSC_EXPORT_TEXT && export->messages->len == 0))
        name_unknown(export, wssc_bytes_of(utf8 != NULL ? utf8 : octets));
    order(export);
    return export;
}

guint wssc_export_count(const WsscExport *export)
{
    guint count = 0;
    for (guint i = 0; i < export->messages->len; i++) {
        const WsscFound *found = export->messages->pdata[i];
        count += found->octets != NULL || found->xml != NULL ? 1 : 0;
    }
    return count;
}

/* ---- what was found --------------------------------------------------------------------------------------------- */

WsscXml *wssc_found_read(WsscFound *found, GError **error)
{
    WsscEnvelope envelope;
    g_autofree char *charset = NULL;

    if (found->xml != NULL)
        return wssc_xml_ref(found->xml);
    if (found->octets == NULL || found->damage != NULL) {
        g_set_error_literal(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED,
                            found->damage != NULL ? found->damage : "there are no octets");
        return NULL;
    }
    if (found->charset == NULL && found->content_type != NULL)
        charset = wssc_mime_parameter(found->content_type, "charset");
    /* A string table that a body brings counts for that body alone. */
    g_autoptr(WsscStringTable) table = wssc_string_table_new();
    wssc_envelope_read(found->octets, found->content_type, found->charset != NULL ? found->charset : charset, table,
                       &envelope, error);
    g_bytes_unref(found->octets);
    found->octets = envelope.octets;
    found->encoding = envelope.encoding;
    return envelope.xml;
}

const char *wssc_found_kind(const WsscXml *xml)
{
    static const struct {
        WsscNsFamily family;
        const char *name, *kind;
    } kinds[] = {
        {WSSC_NS_FAMILY_SOAP, "Envelope", "a SOAP envelope"},
        {WSSC_NS_FAMILY_WST, "RequestSecurityToken", "a WS-Trust request"},
        {WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponse", "a WS-Trust response"},
        {WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponseCollection", "a collection of WS-Trust responses"},
        {WSSC_NS_FAMILY_WSSE, "Security", "a Security header"},
        {WSSC_NS_FAMILY_SAML, "Assertion", "an assertion"},
        {WSSC_NS_FAMILY_SAML, "EncryptedAssertion", "an encrypted assertion"},
        {WSSC_NS_FAMILY_DS, "Signature", "a signature"},
        {WSSC_NS_FAMILY_XENC, "EncryptedData", "encrypted data"},
        {WSSC_NS_FAMILY_XENC, "EncryptedKey", "an encrypted key"},
        {WSSC_NS_FAMILY_WSC, "SecurityContextToken", "a context token"},
    };
    const xmlNode *root = xml != NULL ? wssc_xml_root(xml) : NULL;
    for (guint i = 0; root != NULL && i < G_N_ELEMENTS(kinds); i++)
        if (wssc_xml_is(root, kinds[i].family, kinds[i].name))
            return kinds[i].kind;
    return NULL;
}
