/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "exports/json_reader.h"

#include <string.h>

#include "base/limits.h"
#include "exports/reader.h"
#include "exports/unescape.h"

/* The next octet that is no white space; '\0' at the end. */
static char peek(WsscJson *json)
{
    while (json->at < json->text.len && wssc_is_xml_space((char)json->text.data[json->at]))
        json->at++;
    return json->at < json->text.len && !json->is_bad ? (char)json->text.data[json->at] : '\0';
}

static gboolean bad(WsscJson *json)
{
    json->is_bad = TRUE;
    return FALSE;
}

static gboolean take(WsscJson *json, char c)
{
    if (peek(json) != c || c == '\0')
        return FALSE;
    json->at++;
    return TRUE;
}

gboolean wssc_json_enter(WsscJson *json, char open)
{
    if (take(json, open))
        return TRUE;
    wssc_json_skip(json);
    return FALSE;
}

/* Behind the closing quote of a string whose opening one is next. */
static gboolean string_span(WsscJson *json, WsscBytes *ret_inner)
{
    if (!take(json, '"'))
        return FALSE;
    gsize from = json->at;
    for (gsize at = from; at < json->text.len; at++) {
        if (json->text.data[at] == '\\') {
            at++;
        } else if (json->text.data[at] == '"') {
            *ret_inner = wssc_bytes(json->text.data + from, at - from);
            json->at = at + 1;
            return TRUE;
        }
    }
    return bad(json);
}

GBytes *wssc_json_string(WsscJson *json)
{
    WsscBytes inner;
    gsize len;
    if (peek(json) != '"') {
        wssc_json_skip(json);
        return NULL;
    }
    return string_span(json, &inner) ? wssc_escape_undo(WSSC_ESCAPE_BACKSLASH, inner, &len) : NULL;
}

char *wssc_json_text(WsscJson *json)
{
    g_autoptr(GBytes) string = wssc_json_string(json);
    if (string == NULL)
        return NULL;
    WsscBytes bytes = wssc_bytes_of(string);
    return g_strndup((const char *)bytes.data, bytes.len);
}

static gboolean is_scalar(char c)
{
    return g_ascii_isalnum(c) || c == '+' || c == '-' || c == '.';
}

double wssc_json_number(WsscJson *json)
{
    if (peek(json) == '"') {
        g_autofree char *text = wssc_json_text(json);
        return text != NULL ? g_ascii_strtod(text, NULL) : 0;
    }
    gsize from = json->at;
    wssc_json_skip(json);
    if (json->is_bad || from >= json->text.len || !is_scalar((char)json->text.data[from]))
        return 0;
    g_autofree char *text = g_strndup((const char *)json->text.data + from, MIN(json->at - from, 64));
    return g_ascii_strtod(text, NULL);
}

static void skip_scalar(WsscJson *json)
{
    gsize from = json->at;
    while (json->at < json->text.len && is_scalar((char)json->text.data[json->at]))
        json->at++;
    if (json->at == from)
        bad(json);
}

/* Brackets alone are counted: what is inside is nobody's business. */
static void skip_nested(WsscJson *json)
{
    WsscBytes inner;
    guint depth = 0;
    do {
        char c = peek(json);
        if (c == '"') {
            string_span(json, &inner);
            continue;
        }
        json->at++;
        if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
        else if (c == '\0')
            bad(json);
    } while (depth > 0 && !json->is_bad);
}

void wssc_json_skip(WsscJson *json)
{
    WsscBytes inner;
    char c = peek(json);
    if (c == '"')
        string_span(json, &inner);
    else if (c == '{' || c == '[')
        skip_nested(json);
    else
        skip_scalar(json);
}

/* Behind a value: "," or the end. */
static gboolean goes_on(WsscJson *json, char close)
{
    if (json->is_bad || take(json, close))
        return FALSE;
    take(json, ',');
    if (take(json, close)) /* a comma too much */
        return FALSE;
    return peek(json) != '\0' || bad(json);
}

char *wssc_json_next_member(WsscJson *json)
{
    WsscBytes name;
    if (!goes_on(json, '}'))
        return NULL;
    if (!string_span(json, &name) || !take(json, ':')) {
        bad(json);
        return NULL;
    }
    return g_strndup((const char *)name.data, name.len);
}

gboolean wssc_json_next_item(WsscJson *json)
{
    return goes_on(json, ']');
}
