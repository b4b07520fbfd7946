/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc decode: messages from a file that is no capture, without libwireshark.
 */
#include <libxml/xmlsave.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analysis.h"
#include "bring.h"
#include "commands.h"
#include "print.h"
#include "report/events.h"
#include "report/mask.h"
#include "report/phrase.h"
#include "report/text.h"
#include "settings.h"

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

typedef struct {
    const WsscOptions *options;
    guint count, shown; /* messages in the file, and so far */
} View;

static void show(const WsscFound *found, const WsscXml *xml, const WsscMessage *message, gpointer user)
{
    View *view = user;
    const WsscXml *opened = message != NULL && message->security != NULL ? message->security->opened : NULL;
    if (view->options->format != WSSC_FORMAT_TABLE || view->options->has_explain)
        return;
    view->shown++;
    if (view->count > 1)
        printf("%sMessage %u (%s)\n\n", view->shown > 1 ? "\n" : "", view->shown, found->place);
    if (xml != NULL)
        print_indented(opened != NULL ? opened : xml);
    if (xml != NULL && message != NULL)
        print_view(message);
}

static void print_events(const WsscOptions *options, const WsscSession *session)
{
    g_autoptr(WsscWriter) writer = wssc_print_rows(options, wssc_event_members);
    WsscEvents *events = wssc_events_new(writer, wssc_session_model(session), FALSE);
    wssc_events_finish(events);
    wssc_events_free(events);
}

static void print_verdicts(const WsscOptions *options, const WsscSession *session)
{
    g_autoptr(GString) text = g_string_new(NULL);
    WsscTextStyle style = wssc_print_style(options);
    if (options->has_explain)
        wssc_text_explain(session, &style, (guint32)options->explain_frame, text);
    else if (wssc_session_messages(session)->len > 0)
        wssc_text_verify(session, &style, text);
    printf("%s%s", options->has_explain ? "" : "\n", text->str);
}

static int view(const WsscOptions *options, const char *path, WsscExport *export)
{
    g_autoptr(WsscSession) session = wssc_session_new();
    WsscBounds bounds;
    WsscLimits limits;
    WsscSessionOptions session_options = {.want_hypotheses = TRUE,
                                          .is_strict = options->is_strict,
                                          .explain_frame = (guint32)options->explain_frame,
                                          .bounds = &bounds,
                                          .limits = &limits};
    View shown = {.options = options, .count = wssc_export_count(export)};
    WsscEngineReport *report = NULL;

    if (!wssc_analysis_load_keys(options, wssc_session_keyring(session)))
        return WSSC_EXIT_USAGE;
    wssc_bounds_init(&bounds);
    wssc_settings_take_bounds(options, &bounds);
    wssc_limits_init(&limits);
    wssc_settings_take_limits(options, &limits);
    wssc_session_set_options(session, &session_options);
    gboolean is_whole = wssc_bring_feed(session, path, export, show, &shown, &report);
    wssc_session_finish(session, report->capture.last_time != WSSC_TIME_NONE ? report->capture.last_time : 0);
    wssc_engine_report_free(report);
    if (options->format != WSSC_FORMAT_TABLE)
        print_events(options, session);
    else if (wssc_session_messages(session)->len > 0)
        print_verdicts(options, session);
    if (wssc_analysis_has_invalid(session))
        return WSSC_EXIT_CHECK_FAILED;
    return is_whole && !wssc_analysis_has_damaged(session) ? WSSC_EXIT_DONE : WSSC_EXIT_DAMAGED;
}

/* ---- the equivalent text -------------------------------------------------------------------------------------- */

/* Start and end tag always both, as the text of binary XML has them. */
static void put_text(const WsscXml *xml)
{
    xmlBuffer *buffer = xmlBufferCreate();
    xmlSaveCtxt *save = xmlSaveToBuffer(buffer, "UTF-8", XML_SAVE_NO_DECL | XML_SAVE_NO_EMPTY);
    for (xmlNode *node = xml->doc->children; node != NULL; node = node->next)
        xmlSaveTree(save, node);
    xmlSaveClose(save);
    fwrite(xmlBufferContent(buffer), 1, (size_t)xmlBufferLength(buffer), stdout);
    xmlBufferFree(buffer);
}

static int print_message_text(const char *path, WsscFound *found)
{
    g_autoptr(GError) error = NULL;
    if (found->text != NULL) {
        fwrite(found->text->str, 1, found->text->len, stdout);
        return WSSC_EXIT_DONE;
    }
    g_autoptr(WsscXml) xml = wssc_found_read(found, &error);
    if (xml != NULL)
        put_text(xml);
    if (error == NULL)
        return WSSC_EXIT_DONE;
    fprintf(stderr, "wssc: %s: %s: %s\n", path, found->place, error->message);
    return WSSC_EXIT_DAMAGED;
}

/* A line end between messages where there are several; after the last only for eyes. */
static int print_text(const char *path, const WsscExport *export)
{
    int status = export->damage != NULL ? WSSC_EXIT_DAMAGED : WSSC_EXIT_DONE;
    guint count = 0;
    for (guint i = 0; i < export->messages->len; i++) {
        WsscFound *found = export->messages->pdata[i];
        if (found->octets == NULL)
            continue;
        if (count++ > 0)
            putchar('\n');
        int own = print_message_text(path, found);
        status = MAX(status, own);
    }
    if (isatty(STDOUT_FILENO))
        putchar('\n');
    if (export->damage != NULL)
        fprintf(stderr, "wssc: %s: %s\n", path, export->damage);
    return status;
}

static int decode_input(const WsscOptions *options, WsscExportFormat format, const char *file, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscStringTable) strings = wssc_string_table_new();
    WsscLimits limits;
    WsscExportOptions export_options = {
        .format = format, .strings = strings, .text_only = options->is_xml, .limits = &limits};

    wssc_limits_init(&limits);
    wssc_settings_take_limits(options, &limits);
    if (options->dictionary != NULL && !read_dictionary(options->dictionary, strings))
        return WSSC_EXIT_USAGE;
    g_autoptr(GBytes) octets = wssc_bring_octets(path, &error);
    if (octets == NULL) {
        fprintf(stderr, "wssc: %s: %s\n", file, error->message);
        return WSSC_EXIT_DAMAGED;
    }
    g_autoptr(WsscExport) export = wssc_export_read(octets, &export_options);
    if (export->is_capture) {
        fprintf(stderr, "wssc: %s: a capture of packets: wssc %s, wssc verify %s and the other commands read it\n",
                file, file, file);
        return WSSC_EXIT_DAMAGED;
    }
    if (wssc_export_count(export) > 0)
        return options->is_xml ? print_text(file, export) : view(options, file, export);
    wssc_bring_tell_nothing(file, export);
    return WSSC_EXIT_DAMAGED;
}

static int decode(const WsscOptions *options, WsscExportFormat format, const char *file)
{
    g_autoptr(GError) error = NULL;
    WsscInput input;
    if (!wssc_input_open(file, &input, &error)) {
        fprintf(stderr, "wssc: %s: %s\n", file, error->message);
        return WSSC_EXIT_DAMAGED;
    }
    int status = decode_input(options, format, file, input.path);
    wssc_input_close(&input);
    return status;
}

static int unknown_format(const char *name)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (int i = WSSC_EXPORT_GUESS + 1; i < WSSC_EXPORT_MAX; i++)
        g_string_append_printf(names, "%s%s",
                               i == WSSC_EXPORT_GUESS + 1 ? ""
                               : i == WSSC_EXPORT_MAX - 1 ? " or "
                                                          : ", ",
                               wssc_export_format_name((WsscExportFormat)i));
    fprintf(stderr, "wssc: --from \"%s\": not %s\n", name, names->str);
    return WSSC_EXIT_USAGE;
}

int wssc_command_decode(const WsscOptions *options)
{
    int worst = WSSC_EXIT_DONE;
    WsscExportFormat format = WSSC_EXPORT_GUESS;

    if (options->from != NULL && !wssc_export_format_from_name(options->from, &format))
        return unknown_format(options->from);
    for (char **file = options->files; *file != NULL; file++) {
        int status = decode(options, format, *file);
        if (status == WSSC_EXIT_USAGE)
            return status;
        /* A failed check is the worst news. */
        worst = worst == WSSC_EXIT_CHECK_FAILED    ? worst
                : status == WSSC_EXIT_CHECK_FAILED ? status
                                                   : MAX(worst, status);
    }
    return wssc_print_finish(worst);
}
