/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc decode: one message from a bare file, without libwireshark.
 */
#include <errno.h>
#include <libxml/xmlsave.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analysis.h"
#include "commands.h"
#include "report/phrase.h"
#include "report/text.h"

static GBytes *read_input(const char *path)
{
    g_autoptr(GError) error = NULL;
    char *contents = NULL;
    gsize len = 0;

    if (strcmp(path, "-") == 0) {
        GByteArray *all = g_byte_array_new();
        guint8 chunk[65536];
        gssize got;
        while ((got = read(STDIN_FILENO, chunk, sizeof chunk)) > 0)
            g_byte_array_append(all, chunk, (guint)got);
        return g_byte_array_free_to_bytes(all);
    }
    if (!g_file_get_contents(path, &contents, &len, &error)) {
        fprintf(stderr, "wssc: %s\n", error->message);
        return NULL;
    }
    return g_bytes_new_take(contents, len);
}

/* For eyes only: indenting changes the text that signatures cover. */
static void print_indented(const WsscXml *xml)
{
    xmlBuffer *buffer = xmlBufferCreate();
    xmlSaveCtxt *save = xmlSaveToBuffer(buffer, "UTF-8", XML_SAVE_FORMAT | XML_SAVE_NO_DECL);
    xmlSaveDoc(save, xml->doc);
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
    for (guint i = 0; soap->security != NULL && i < soap->security->tokens->len; i++)
        printf("  token           %s\n", (const char *)soap->security->tokens->pdata[i]);
    for (guint i = 0; soap->security != NULL && i < soap->security->scts->len; i++)
        print_sct(soap->security->scts->pdata[i]);
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->sct != NULL)
            print_sct(trust->sct);
    }
}

static int view(const WsscOptions *options, const char *path)
{
    g_autoptr(GBytes) octets = read_input(path);
    g_autoptr(WsscSession) session = wssc_session_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    WsscTextStyle style = {.color = options->color};

    if (octets == NULL)
        return WSSC_EXIT_DAMAGED;
    if (!wssc_analysis_load_keys(options, wssc_session_keyring(session)))
        return WSSC_EXIT_USAGE;
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, &error);
    if (xml == NULL) {
        fprintf(stderr, "wssc: %s: %s\n", path, error->message);
        return WSSC_EXIT_DAMAGED;
    }
    WsscUnit unit = {.file = wssc_session_add_file(session, path),
                     .frame = 1,
                     .time = g_get_real_time(),
                     .src = "file",
                     .dst = "file",
                     .transport = "file",
                     .encoding = "text",
                     .octets = octets};
    const WsscMessage *message = wssc_session_feed(session, &unit);
    wssc_session_finish(session, 0);
    print_indented(message != NULL && message->security != NULL && message->security->opened != NULL
                       ? message->security->opened : xml);
    if (message == NULL) {
        fprintf(stderr, "wssc: %s: well-formed XML, but no SOAP envelope\n", path);
        return WSSC_EXIT_DAMAGED;
    }
    print_view(message);
    wssc_text_verify(session, &style, text);
    printf("\n%s", text->str);
    return WSSC_EXIT_DONE;
}

int wssc_command_decode(const WsscOptions *options)
{
    int worst = WSSC_EXIT_DONE;
    for (char **file = options->files; *file != NULL; file++) {
        int status = view(options, *file);
        worst = MAX(worst, status);
    }
    return worst;
}
