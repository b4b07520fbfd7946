/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc decode: messages from a bare file, without libwireshark.
 */
#include <errno.h>
#include <fcntl.h>
#include <libxml/xmlsave.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analysis.h"
#include "base/limits.h"
#include "commands.h"
#include "document.h"
#include "print.h"
#include "report/events.h"
#include "report/mask.h"
#include "report/phrase.h"
#include "report/text.h"

/* Far beyond any message: a framed stream may hold many. */
#define MAX_INPUT_OCTETS (16 * (gsize)WSSC_MAX_MESSAGE_OCTETS)

static GBytes *read_descriptor(int fd, const char *path)
{
    g_autoptr(GByteArray) all = g_byte_array_new();
    guint8 chunk[65536];
    gssize got;
    while ((got = read(fd, chunk, sizeof chunk)) > 0 && all->len < MAX_INPUT_OCTETS)
        g_byte_array_append(all, chunk, (guint)got);
    if (got != 0) {
        fprintf(stderr, "wssc: %s: %s\n", path, got < 0 ? g_strerror(errno) : "larger than the limit");
        return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&all));
}

static GBytes *read_input(const char *path)
{
    if (strcmp(path, "-") == 0)
        return read_descriptor(STDIN_FILENO, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "wssc: %s: %s\n", path, g_strerror(errno));
        return NULL;
    }
    GBytes *octets = read_descriptor(fd, path);
    close(fd);
    return octets;
}

/* One string a line, the i-th for id 2i+1. */
static gboolean read_dictionary(const char *path, WsscStringTable *strings)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    gsize len = 0;
    if (!g_file_get_contents(path, &text, &len, &error)) {
        fprintf(stderr, "wssc: --dictionary \"%s\": %s\n", path, error->message);
        return FALSE;
    }
    for (char *line = text; line < text + len;) {
        char *end = memchr(line, '\n', (gsize)(text + len - line));
        gsize size = (gsize)((end != NULL ? end : text + len) - line);
        gsize kept = size > 0 && line[size - 1] == '\r' ? size - 1 : size;
        if (!wssc_string_table_add(strings, wssc_bytes(line, kept))) {
            fprintf(stderr, "wssc: --dictionary \"%s\": larger than the limit\n", path);
            return FALSE;
        }
        line += size + 1;
    }
    return TRUE;
}

/* ---- the view ------------------------------------------------------------------------------------------------- */

/* For eyes only: indenting changes the text that signatures cover, and secrets are masked. */
static void print_indented(const WsscXml *xml)
{
    g_autoptr(WsscXml) shown = wssc_xml_copy(xml);
    xmlBuffer *buffer = xmlBufferCreate();
    xmlSaveCtxt *save = xmlSaveToBuffer(buffer, "UTF-8", XML_SAVE_FORMAT | XML_SAVE_NO_DECL);
    wssc_mask_secrets(shown);
    xmlSaveDoc(save, shown->doc);
    xmlSaveClose(save);
    fwrite(xmlBufferContent(buffer), 1, (size_t)xmlBufferLength(buffer), stdout);
    xmlBufferFree(buffer);
}

static void print_sct(const WsscSct *sct)
{
    printf("  context token   %s%s%s (%s)\n", sct->identifier, sct->instance != NULL ? ", instance " : "",
           sct->instance != NULL ? sct->instance : "", wssc_ns_version(sct->ns));
}

static void print_view(const WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    g_autofree char *phrase = wssc_phrase_message(message);
    printf("\n%s\n", phrase);
    if (soap->action != NULL)
        printf("  action          %s\n", soap->action);
    if (soap->message_id != NULL)
        printf("  message id      %s\n", soap->message_id);
    if (soap->relates_to != NULL)
        printf("  relates to      %s\n", soap->relates_to);
    for (guint i = 0; soap->security != NULL && i < soap->security->tokens.count; i++)
        printf("  token           %s\n", wssc_token_kind_name(soap->security->tokens.list[i]));
    for (guint i = 0; soap->security != NULL && i < soap->security->scts->len; i++)
        print_sct(soap->security->scts->pdata[i]);
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->sct != NULL)
            print_sct(trust->sct);
    }
}

static const WsscMessage *feed(WsscSession *session, guint file, guint number, WsscDocument *document)
{
    WsscUnit unit = {.file = file,
                     .frame = number,
                     .time = g_get_real_time(),
                     .src = "file",
                     .dst = "file",
                     .transport = WSSC_TRANSPORT_FILE,
                     .is_protected = TRUE, /* a file tells nothing of its carrier */
                     .encoding = document->encoding,
                     .content_type = document->content_type,
                     .octets = document->octets,
                     .xml = document->xml};
    return wssc_session_feed(session, &unit);
}

static gboolean view_document(const WsscOptions *options, WsscSession *session, guint file, guint number,
                              WsscDocument *document)
{
    const WsscMessage *message = feed(session, file, number, document);
    const WsscXml *opened = message != NULL && message->security != NULL ? message->security->opened : NULL;
    if (options->format == WSSC_FORMAT_TABLE) {
        print_indented(opened != NULL ? opened : document->xml);
        if (message != NULL)
            print_view(message);
    }
    return message != NULL;
}

static void print_events(const WsscOptions *options, const WsscSession *session)
{
    g_autoptr(WsscWriter) writer = wssc_print_rows(options, wssc_event_members);
    WsscEvents *events = wssc_events_new(writer, wssc_session_model(session), FALSE);
    wssc_events_finish(events);
    wssc_events_free(events);
}

static int view(const WsscOptions *options, const char *path, const GPtrArray *documents)
{
    g_autoptr(WsscSession) session = wssc_session_new();
    g_autoptr(GString) text = g_string_new(NULL);
    WsscBounds bounds;
    WsscSessionOptions session_options = {.want_hypotheses = TRUE, .is_strict = options->is_strict, .bounds = &bounds};
    WsscTextStyle style = {.color = options->color};
    gboolean is_table = options->format == WSSC_FORMAT_TABLE;
    guint file = wssc_session_add_file(session, path);
    int status = WSSC_EXIT_DONE;

    if (!wssc_analysis_load_keys(options, wssc_session_keyring(session)))
        return WSSC_EXIT_USAGE;
    wssc_bounds_init(&bounds);
    wssc_options_take_bounds(options, &bounds);
    wssc_session_set_options(session, &session_options);
    for (guint i = 0; i < documents->len; i++) {
        WsscDocument *document = documents->pdata[i];
        if (document->xml == NULL)
            continue;
        if (is_table && documents->len > 1)
            printf("%sMessage %u\n\n", i > 0 ? "\n" : "", i + 1);
        if (!view_document(options, session, file, i + 1, document)) {
            fprintf(stderr, "wssc: %s: a document, but no SOAP envelope\n", path);
            status = WSSC_EXIT_DAMAGED;
        }
    }
    wssc_session_finish(session, 0);
    if (!is_table) {
        print_events(options, session);
    } else if (wssc_session_messages(session)->len > 0) {
        wssc_text_verify(session, &style, text);
        printf("\n%s", text->str);
    }
    return status;
}

/* ---- the equivalent text -------------------------------------------------------------------------------------- */

/* A line end between messages where there are several; after the last only for eyes. */
static void print_text(const GPtrArray *documents)
{
    for (guint i = 0; i < documents->len; i++) {
        const WsscDocument *document = documents->pdata[i];
        if (i > 0)
            putchar('\n');
        if (document->text != NULL)
            fwrite(document->text->str, 1, document->text->len, stdout);
    }
    if (isatty(STDOUT_FILENO))
        putchar('\n');
}

static int decode(const WsscOptions *options, WsscForm form, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscStringTable) strings = wssc_string_table_new();
    WsscDocumentOptions document_options = {.form = form, .strings = strings, .text_only = options->is_xml};
    int status = WSSC_EXIT_DONE;

    if (options->dictionary != NULL && !read_dictionary(options->dictionary, strings))
        return WSSC_EXIT_USAGE;
    g_autoptr(GBytes) octets = read_input(path);
    if (octets == NULL)
        return WSSC_EXIT_DAMAGED;
    g_autoptr(GPtrArray) documents = wssc_documents_read(octets, &document_options, &error);
    if (options->is_xml)
        print_text(documents);
    else if (documents->len > 0)
        status = view(options, path, documents);
    if (error == NULL)
        return status;
    fprintf(stderr, "wssc: %s: %s\n", path, error->message);
    return status == WSSC_EXIT_USAGE ? status : WSSC_EXIT_DAMAGED;
}

int wssc_command_decode(const WsscOptions *options)
{
    int worst = WSSC_EXIT_DONE;
    WsscForm form = WSSC_FORM_GUESS;

    if (options->from != NULL && !wssc_form_from_name(options->from, &form)) {
        fprintf(stderr, "wssc: --from \"%s\": not xml, nbfx, nbfs, nbfse, nettcp or mime\n", options->from);
        return WSSC_EXIT_USAGE;
    }
    for (char **file = options->files; *file != NULL; file++) {
        int status = decode(options, form, *file);
        if (status == WSSC_EXIT_USAGE)
            return status;
        worst = MAX(worst, status);
    }
    return wssc_print_finish(worst);
}
