/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "document.h"

#include <libxml/xmlsave.h>
#include <string.h>

#include "carrier/envelope.h"
#include "carrier/mime.h"
#include "nbfx/nbfx.h"
#include "carrier/nettcp.h"

static const char *const form_names[WSSC_FORM_MAX] = {NULL, "xml", "nbfx", "nbfs", "nbfse", "nettcp", "mime"};

gboolean wssc_form_from_name(const char *name, WsscForm *ret_form)
{
    for (int form = WSSC_FORM_GUESS + 1; form < WSSC_FORM_MAX; form++) {
        if (strcmp(name, form_names[form]) == 0) {
            *ret_form = (WsscForm)form;
            return TRUE;
        }
    }
    return FALSE;
}

static void free_document(gpointer data)
{
    WsscDocument *document = data;
    wssc_xml_unref(document->xml);
    g_clear_pointer(&document->octets, g_bytes_unref);
    if (document->text != NULL)
        g_string_free(document->text, TRUE);
    g_free(document->content_type);
    g_free(document);
}

static WsscDocument *add_document(GPtrArray *documents, GBytes *octets, WsscEncoding encoding)
{
    WsscDocument *document = g_new0(WsscDocument, 1);
    document->octets = g_bytes_ref(octets);
    document->encoding = encoding;
    g_ptr_array_add(documents, document);
    return document;
}

/* ---- one document --------------------------------------------------------------------------------------------- */

/* Start and end tag always both, as the text of binary XML has them. */
static GString *text_of(const WsscXml *xml)
{
    xmlBuffer *buffer = xmlBufferCreate();
    xmlSaveCtxt *save = xmlSaveToBuffer(buffer, "UTF-8", XML_SAVE_NO_DECL | XML_SAVE_NO_EMPTY);
    for (xmlNode *node = xml->doc->children; node != NULL; node = node->next)
        xmlSaveTree(save, node);
    xmlSaveClose(save);
    GString *text = g_string_new_len((const char *)xmlBufferContent(buffer), xmlBufferLength(buffer));
    xmlBufferFree(buffer);
    return text;
}

static gboolean read_binary(GPtrArray *documents, GBytes *octets, gsize from, const WsscDocumentOptions *options,
                            WsscForm form, GError **error)
{
    gboolean is_session = form == WSSC_FORM_NBFSE;
    WsscDocument *document =
        add_document(documents, octets, is_session ? WSSC_ENCODING_BINARY_SESSION : WSSC_ENCODING_BINARY);
    WsscNbfxOptions nbfx = {.static_dictionary = form != WSSC_FORM_NBFX, .session = options->strings};
    GError *problem = NULL;

    if (options->text_only) {
        document->text = g_string_new(NULL);
        wssc_nbfx_to_text(wssc_bytes_of(octets), from, &nbfx, document->text, NULL, &problem);
    } else {
        document->xml = wssc_nbfx_to_xml(octets, from, &nbfx, NULL, &problem);
    }
    if (problem == NULL)
        return TRUE;
    g_propagate_error(error, problem);
    return FALSE;
}

static gboolean read_session(GPtrArray *documents, GBytes *octets, const WsscDocumentOptions *options, GError **error)
{
    WsscCursor cursor = wssc_cursor(wssc_bytes_of(octets));
    const char *reason = NULL;
    if (wssc_string_table_read(options->strings, &cursor, &reason))
        return read_binary(documents, octets, cursor.pos, options, WSSC_FORM_NBFSE, error);
    g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "string table at octet %" G_GSIZE_FORMAT ": %s",
                cursor.pos, reason);
    return FALSE;
}

/* As a carrier hands it over: the octets decide, the content type helps. */
static gboolean read_carried(GPtrArray *documents, GBytes *octets, const char *content_type,
                             const WsscDocumentOptions *options, GError **error)
{
    WsscEnvelope envelope;
    g_autofree char *charset = content_type != NULL ? wssc_mime_parameter(content_type, "charset") : NULL;
    gboolean is_ok = wssc_envelope_read(octets, content_type, charset, options->strings, &envelope, error);
    WsscDocument *document = add_document(documents, envelope.octets, envelope.encoding);
    document->content_type = g_strdup(content_type);
    document->xml = envelope.xml;
    g_bytes_unref(envelope.octets);
    if (options->text_only && envelope.xml != NULL)
        document->text = text_of(envelope.xml);
    return is_ok;
}

static gboolean read_text(GPtrArray *documents, GBytes *octets, const WsscDocumentOptions *options, GError **error)
{
    WsscDocument *document = add_document(documents, octets, WSSC_ENCODING_TEXT);
    document->xml = wssc_xml_parse(octets, NULL, error);
    if (document->xml == NULL)
        return FALSE;
    if (options->text_only)
        document->text = text_of(document->xml);
    return TRUE;
}

/* ---- MIME ----------------------------------------------------------------------------------------------------- */

/* A body without its HTTP header: the first delimiter tells the boundary. */
static char *type_of_parts(WsscBytes octets)
{
    const char *text = (const char *)octets.data;
    gsize at = 0, end;
    while (at < octets.len && (text[at] == '\r' || text[at] == '\n'))
        at++;
    if (octets.len - at < 3 || strncmp(text + at, "--", 2) != 0)
        return g_strdup("multipart/related");
    for (end = at; end < octets.len && text[end] != '\r' && text[end] != '\n';)
        end++;
    g_autofree char *line = g_strndup(text + at + 2, end - at - 2);
    g_strchomp(line);
    return g_strdup_printf("multipart/related; boundary=\"%s\"", line);
}

static gboolean is_mime(WsscBytes octets)
{
    static const char *const starts[] = {"--", "\r\n--", "MIME-Version:", "Content-Type:", "Content-ID:"};
    for (guint i = 0; i < G_N_ELEMENTS(starts); i++)
        if (octets.len > strlen(starts[i]) &&
            g_ascii_strncasecmp((const char *)octets.data, starts[i], strlen(starts[i])) == 0)
            return TRUE;
    return FALSE;
}

/* ---- a framed stream ------------------------------------------------------------------------------------------ */

typedef struct {
    char *content_type; /* of the framing session */
    char *upgrade;      /* what the stream turned into; or NULL */
} Session;

static void note_record(Session *session, const WsscDocumentOptions *options, WsscBytes octets,
                        const WsscNettcpRecord *record)
{
    const char *payload = (const char *)octets.data + record->payload;
    switch (record->type) {
    case WSSC_NETTCP_VERSION: /* a session begins: what the one before it sent does not count */
        if (session->content_type != NULL)
            wssc_string_table_truncate(options->strings, 0);
        g_clear_pointer(&session->content_type, g_free);
        g_clear_pointer(&session->upgrade, g_free);
        break;
    case WSSC_NETTCP_KNOWN_ENCODING:
        g_free(session->content_type);
        session->content_type = g_strdup(wssc_nettcp_encoding_type(record->value));
        break;
    case WSSC_NETTCP_EXTENSIBLE_ENCODING:
        g_free(session->content_type);
        session->content_type = g_strndup(payload, record->length);
        break;
    case WSSC_NETTCP_UPGRADE_REQUEST:
        g_free(session->upgrade);
        session->upgrade = g_strndup(payload, record->length);
        break;
    default:
        break;
    }
}

static void set_framing_error(GError **error, gsize at, const Session *session, const WsscNettcpRecord *record,
                              WsscFraming step)
{
    if (session->upgrade != NULL)
        g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED,
                    "at octet %" G_GSIZE_FORMAT ": no record: the stream was upgraded to %s and goes on inside it", at,
                    session->upgrade);
    else if (step == WSSC_FRAMING_MORE)
        g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED,
                    "at octet %" G_GSIZE_FORMAT ": the stream ends inside a record, at least %" G_GSIZE_FORMAT
                    " octets are missing",
                    at, record->missing);
    else
        g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "at octet %" G_GSIZE_FORMAT ": %s", at,
                    record->reason);
}

static gboolean read_envelope(GPtrArray *documents, WsscBytes octets, const WsscNettcpRecord *record, gsize at,
                              const Session *session, const WsscDocumentOptions *options, GError **error)
{
    g_autoptr(GBytes) envelope = wssc_nettcp_envelope(octets, record);
    GError *problem = NULL;
    if (read_carried(documents, envelope, session->content_type, options, &problem))
        return TRUE;
    if (*error == NULL)
        g_set_error(error, problem->domain, problem->code, "message %u, whose octets begin at %" G_GSIZE_FORMAT ": %s",
                    documents->len, at + record->payload, problem->message);
    g_error_free(problem);
    return FALSE;
}

/* The beginning of a message whose end is missing. */
static void read_rest(GPtrArray *documents, WsscBytes octets, const WsscNettcpRecord *record, const Session *session,
                      const WsscDocumentOptions *options)
{
    if (record->type != WSSC_NETTCP_SIZED_ENVELOPE || record->length == 0 || octets.len <= record->payload)
        return;
    g_autoptr(GBytes) rest = g_bytes_new(octets.data + record->payload, octets.len - record->payload);
    read_carried(documents, rest, session->content_type, options, NULL);
}

/* Goes on behind a message that cannot be read: the frames around it are sound. */
static gboolean read_stream(GPtrArray *documents, GBytes *octets, const WsscDocumentOptions *options, GError **error)
{
    WsscBytes all = wssc_bytes_of(octets);
    Session session = {NULL, NULL};
    GError *first = NULL;
    gsize at = 0;

    while (at < all.len) {
        WsscBytes rest = wssc_bytes(all.data + at, all.len - at);
        WsscNettcpRecord record;
        WsscFraming step = wssc_nettcp_step(rest, &record);
        if (step != WSSC_FRAMING_DONE) {
            if (first == NULL)
                set_framing_error(&first, at, &session, &record, step);
            if (step == WSSC_FRAMING_MORE)
                read_rest(documents, rest, &record, &session, options);
            break;
        }
        note_record(&session, options, rest, &record);
        if (record.type == WSSC_NETTCP_SIZED_ENVELOPE || record.type == WSSC_NETTCP_UNSIZED_ENVELOPE)
            read_envelope(documents, rest, &record, at, &session, options, &first);
        at += record.size;
    }
    if (first == NULL && documents->len == 0)
        g_set_error_literal(&first, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "the stream carries no message");
    g_free(session.content_type);
    g_free(session.upgrade);
    if (first == NULL)
        return TRUE;
    g_propagate_error(error, first);
    return FALSE;
}

/* ---- all ------------------------------------------------------------------------------------------------------ */

/* A framed stream begins with its version and its mode. */
static gboolean is_stream(WsscBytes octets)
{
    return octets.len > 6 && memcmp(octets.data, "\0\1", 2) == 0 && octets.data[3] == 1 && octets.data[5] == 2;
}

static WsscForm guess(WsscBytes octets)
{
    if (is_stream(octets))
        return WSSC_FORM_NETTCP;
    if (is_mime(octets))
        return WSSC_FORM_MIME;
    if (wssc_envelope_is_text(octets) && octets.data[0] != '\0')
        return WSSC_FORM_XML;
    return wssc_envelope_has_table(octets) ? WSSC_FORM_NBFSE : octets.data[0] == '\0' ? WSSC_FORM_XML : WSSC_FORM_NBFS;
}

GPtrArray *wssc_documents_read(GBytes *octets, const WsscDocumentOptions *options, GError **error)
{
    GPtrArray *documents = g_ptr_array_new_with_free_func(free_document);
    WsscBytes bytes = wssc_bytes_of(octets);
    WsscForm form = options->form;

    if (bytes.len == 0) {
        g_set_error_literal(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "at octet 0: there are no octets");
        return documents;
    }
    if (form == WSSC_FORM_GUESS)
        form = guess(bytes);
    switch (form) {
    case WSSC_FORM_NBFX:
    case WSSC_FORM_NBFS:
        read_binary(documents, octets, 0, options, form, error);
        break;
    case WSSC_FORM_NBFSE:
        read_session(documents, octets, options, error);
        break;
    case WSSC_FORM_NETTCP:
        read_stream(documents, octets, options, error);
        break;
    case WSSC_FORM_MIME: {
        g_autofree char *type = type_of_parts(bytes);
        read_carried(documents, octets, type, options, error);
        break;
    }
    default:
        read_text(documents, octets, options, error);
        break;
    }
    return documents;
}
