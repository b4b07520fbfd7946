/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "nbfx/nbfx.h"

#include <string.h>

#include "nbfx/scope.h"

/* A start tag's qualified name, where it stands in the text. */
typedef struct {
    gsize at, len;
} Name;

typedef struct {
    GString *out;
    WsscScope *scope;
    GArray *open; /* Name, of the open elements */
    gboolean in_start_tag;
    const char *complaint; /* what the scope said, or NULL */
} Writer;

/* Canonical XML 1.0, section 2.3: which characters are written as references. */
static void append_escaped(GString *out, const char *text, gsize len, gboolean attribute)
{
    const char *special = attribute ? "&<\"\t\n\r" : "&<>\r";

    for (gsize i = 0; i < len;) {
        gsize run = strcspn(text + i, special);
        g_string_append_len(out, text + i, (gssize)run);
        i += run;
        if (i >= len)
            break;
        switch (text[i++]) {
        case '&':
            g_string_append(out, "&amp;");
            break;
        case '<':
            g_string_append(out, "&lt;");
            break;
        case '>':
            g_string_append(out, "&gt;");
            break;
        case '"':
            g_string_append(out, "&quot;");
            break;
        case '\t':
            g_string_append(out, "&#x9;");
            break;
        case '\n':
            g_string_append(out, "&#xA;");
            break;
        default:
            g_string_append(out, "&#xD;");
            break;
        }
    }
}

static void append_qualified(GString *out, const char *prefix, const char *name)
{
    if (*prefix != '\0') {
        g_string_append(out, prefix);
        g_string_append_c(out, ':');
    }
    g_string_append(out, name);
}

static void complain(Writer *writer, const char *complaint)
{
    if (writer->complaint == NULL)
        writer->complaint = complaint;
}

static void close_start_tag(Writer *writer)
{
    if (!writer->in_start_tag)
        return;
    writer->in_start_tag = FALSE;
    g_string_append_c(writer->out, '>');
    complain(writer, wssc_scope_complete(writer->scope));
}

static void write_end(Writer *writer)
{
    const Name *name = &g_array_index(writer->open, Name, writer->open->len - 1);

    close_start_tag(writer);
    g_string_append_len(writer->out, "</", 2);
    g_string_append_len(writer->out, writer->out->str + name->at, (gssize)name->len); /* GLib allows for its own text */
    g_string_append_c(writer->out, '>');
    g_array_set_size(writer->open, writer->open->len - 1);
    wssc_scope_close(writer->scope);
}

static void write_start(Writer *writer, const WsscNbfxEvent *event)
{
    Name name;

    close_start_tag(writer);
    g_string_append_c(writer->out, '<');
    name.at = writer->out->len;
    append_qualified(writer->out, event->prefix, event->name);
    name.len = writer->out->len - name.at;
    g_array_append_val(writer->open, name);
    wssc_scope_open(writer->scope, event->prefix);
    writer->in_start_tag = TRUE;
}

static void write_attribute(Writer *writer, const WsscNbfxEvent *event)
{
    g_string_append_c(writer->out, ' ');
    if (event->type == WSSC_NBFX_XMLNS) {
        append_qualified(writer->out, *event->prefix != '\0' ? "xmlns" : "",
                         *event->prefix != '\0' ? event->prefix : "xmlns");
        complain(writer, wssc_scope_declare(writer->scope, event->prefix, event->value));
    } else {
        append_qualified(writer->out, event->prefix, event->name);
        wssc_scope_add_attribute(writer->scope, event->prefix, event->name);
    }
    g_string_append(writer->out, "=\"");
    append_escaped(writer->out, event->value, event->value_len, TRUE);
    g_string_append_c(writer->out, '"');
}

static void write_event(Writer *writer, const WsscNbfxEvent *event)
{
    switch (event->type) {
    case WSSC_NBFX_START:
        write_start(writer, event);
        break;
    case WSSC_NBFX_ATTRIBUTE:
    case WSSC_NBFX_XMLNS:
        write_attribute(writer, event);
        break;
    case WSSC_NBFX_TEXT:
        close_start_tag(writer);
        append_escaped(writer->out, event->value, event->value_len, FALSE);
        break;
    case WSSC_NBFX_COMMENT:
        close_start_tag(writer);
        g_string_append_printf(writer->out, "<!--%s-->", event->value);
        break;
    case WSSC_NBFX_END:
        write_end(writer);
        break;
    }
}

gboolean wssc_nbfx_to_text(WsscBytes octets, gsize from, const WsscNbfxOptions *options, GString *out,
                           WsscNbfxNotes *ret_notes, GError **error)
{
    g_autoptr(WsscNbfxReader) reader = wssc_nbfx_reader_new(octets, from, options);
    g_autoptr(WsscScope) scope = wssc_scope_new();
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(Name));
    g_autoptr(GError) failure = NULL;
    Writer writer = {.out = out, .scope = scope, .open = open};
    WsscNbfxEvent event;
    guint events = 0;

    while (writer.complaint == NULL && wssc_nbfx_next(reader, &event, &failure)) {
        write_event(&writer, &event);
        events++;
    }
    if (writer.complaint != NULL)
        g_set_error(&failure, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "%s (at octet %" G_GSIZE_FORMAT ")",
                    writer.complaint, wssc_nbfx_reader_pos(reader));
    else if (failure == NULL && events == 0)
        g_set_error_literal(&failure, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "no record (at octet 0)");
    while (open->len > 0)
        write_end(&writer);
    if (ret_notes != NULL) {
        *ret_notes = *wssc_nbfx_reader_notes(reader);
        g_array_ref(ret_notes->unknown_ids);
    }
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

void wssc_nbfx_notes_clear(WsscNbfxNotes *notes)
{
    g_clear_pointer(&notes->unknown_ids, g_array_unref);
}
