/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The NBFX decoder against every vector of tests/vectors/nbfx (origins: README.md there), each a
 * case of its own; then each of them cut short everywhere and with every octet changed.
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "base/text.h"
#include "binxml/nbfx.h"

#define STR_N_IDS 1024

typedef struct {
    JsonObject *json; /* borrowed from the parser */
    gboolean wine;
} Vector;

typedef struct {
    GBytes *octets;
    WsscNbfxOptions options;
    WsscStringTable *even, *session;
} Input;

static const char *member(JsonObject *json, const char *name)
{
    return json_object_has_member(json, name) && !json_object_get_null_member(json, name)
               ? json_object_get_string_member(json, name)
               : NULL;
}

static WsscStringTable *table_of(JsonObject *json, const char *name)
{
    if (!json_object_has_member(json, name) || json_object_get_null_member(json, name))
        return NULL;
    WsscStringTable *table = wssc_string_table_new();
    JsonArray *strings = json_object_get_array_member(json, name);
    for (guint i = 0; i < json_array_get_length(strings); i++) {
        const char *s = json_array_get_string_element(strings, i);
        wssc_string_table_add(table, wssc_bytes(s, strlen(s)));
    }
    return table;
}

/* [MC-NBFX]'s own examples: the dictionary id N stands for the text strN. */
static WsscStringTable *str_n_table(guint first)
{
    WsscStringTable *table = wssc_string_table_new();
    for (guint id = first; id < STR_N_IDS; id += 2) {
        g_autofree char *s = g_strdup_printf("str%u", id);
        wssc_string_table_add(table, wssc_bytes(s, strlen(s)));
    }
    return table;
}

static void input_of(const Vector *vector, Input *input)
{
    const char *dictionary = vector->wine ? member(vector->json, "static")
                                          : member(vector->json, "dictionary");
    *input = (Input){0};
    const char *hex = member(vector->json, "hex");
    input->octets = wssc_hex_decode(hex, strlen(hex));
    g_assert_nonnull(input->octets);
    if (dictionary != NULL && g_str_has_prefix(dictionary, "strN")) {
        input->even = str_n_table(0);
        input->session = str_n_table(1);
    } else {
        input->options.static_dictionary = dictionary != NULL && g_str_equal(dictionary, "nbfs");
        input->even = table_of(vector->json, "static_strings");
        input->session =
            table_of(vector->json, vector->wine ? "dictionary" : "session_strings");
    }
    input->options.even_strings = input->even;
    input->options.session = input->session;
    const char *zone = member(vector->json, "local_time_zone");
    if (zone != NULL)
        input->options.zone_minutes =
            (zone[0] == '-' ? -1 : 1) * (atoi(zone + 1) * 60 + atoi(zone + 4));
}

static void input_clear(Input *input)
{
    g_bytes_unref(input->octets);
    wssc_string_table_free(input->even);
    wssc_string_table_free(input->session);
}

/* One attribute value of Wine's, in our quotes and references. Returns the character behind it. */
static const char *wine_value(GString *out, const char *value)
{
    char quote = *value;

    g_string_append_c(out, '"');
    for (value++; *value != quote; value++) {
        if (g_str_has_prefix(value, "&apos;")) {
            g_string_append_c(out, '\'');
            value += strlen("&apos;") - 1;
        } else if (*value == '"') {
            g_string_append(out, "&quot;");
        } else if (g_str_has_prefix(value, "&gt;")) {
            g_string_append_c(out, '>');
            value += strlen("&gt;") - 1;
        } else if (*value == '\r' || *value == '\n' || *value == '\t') {
            g_string_append_printf(out, "&#x%X;", *value);
        } else {
            g_string_append_c(out, *value);
        }
    }
    g_string_append_c(out, '"');
    return value + 1;
}

/* Wine's text writer has another form for the same infoset: empty-element tags, either kind of
 * quotes, and line ends in attribute values written raw. */
static char *wine_to_our_form(const char *text)
{
    GString *out = g_string_new(NULL);
    const char *tag = NULL;

    for (const char *p = text; *p != '\0';) {
        if (tag != NULL && (*p == '"' || *p == '\'')) {
            p = wine_value(out, p);
            continue;
        }
        if (tag != NULL && g_str_has_prefix(p, "/>")) {
            g_string_append(out, "></");
            g_string_append_len(out, tag, (gssize)strcspn(tag, " />"));
            p++;
            continue;
        }
        if (*p == '<')
            tag = p + 1;
        else if (*p == '>')
            tag = NULL;
        g_string_append_c(out, *p++);
    }
    return g_string_free(out, FALSE);
}

static char *decode(const Input *input, GError **error)
{
    GString *out = g_string_new(NULL);
    wssc_nbfx_to_text(wssc_bytes_of(input->octets), 0, &input->options, out, NULL, error);
    return g_string_free(out, FALSE);
}

static void test_malformed(const Vector *vector, const Input *input)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = decode(input, &error);

    g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED);
    g_assert_nonnull(strstr(error->message, member(vector->json, "malformed")));
    g_assert_nonnull(strstr(error->message, "octet "));
    g_assert_true(g_str_has_prefix(text, "<"));
}

static char *expected_text(const Vector *vector)
{
    const char *expect = member(vector->json, "expect");
    const char *decoder_gives = member(vector->json, "decoder_gives");

    if (vector->wine)
        return wine_to_our_form(expect != NULL ? expect : member(vector->json, "xml"));
    /* Noted vector: its text escapes ">" in an attribute, which Canonical XML does not. */
    if (decoder_gives != NULL && *decoder_gives == '<')
        return g_strdup(decoder_gives);
    return g_strdup(member(vector->json, "xml"));
}

static void test_text(gconstpointer user)
{
    const Vector *vector = user;
    g_autoptr(GError) error = NULL;
    Input input;

    input_of(vector, &input);
    if (member(vector->json, "malformed") != NULL) {
        test_malformed(vector, &input);
    } else {
        g_autofree char *expected = expected_text(vector);
        g_autofree char *text = decode(&input, &error);
        g_assert_cmpstr(text, ==, expected);
        /* The other noted vector carries one octet too many. */
        if (g_strcmp0(member(vector->json, "decoder_gives"), "!Bad('eof')") == 0)
            g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED);
        else
            g_assert_no_error(error);
    }
    input_clear(&input);
}

/* Both decoders on octets that may be anything: they return, and agree on what is wrong. */
static void decode_anything(const Input *input)
{
    g_autoptr(GError) text_error = NULL, tree_error = NULL;
    g_autofree char *text = decode(input, &text_error);
    g_autoptr(WsscXml) xml = wssc_nbfx_to_xml(input->octets, 0, &input->options, NULL, &tree_error);

    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_true(text_error == NULL || tree_error != NULL);
    g_assert_true(xml != NULL || tree_error != NULL);
    if (text_error == NULL && tree_error == NULL) {
        g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
        g_autoptr(GError) error = NULL;
        g_autoptr(WsscXml) parsed = wssc_xml_parse(octets, "utf-8", &error);
        g_assert_no_error(error);
        g_assert_nonnull(parsed);
    }
}

/* Where to cut or change: everywhere. Of a vector of many thousand octets that would be minutes of the same long
 * run of characters under sanitizers: its ends, where the structure is, and every 251st place between, unless
 * all is asked for (-m slow). */
static gboolean is_chosen(gsize at, gsize len)
{
    static const gsize all_below = 8192, ends = 512, step = 251;

    return len < all_below || at < ends || len - at < ends || at % step == 0 || g_test_slow();
}

static void test_prefixes(gconstpointer user)
{
    const Vector *vector = user;
    Input input;

    input_of(vector, &input);
    GBytes *whole = input.octets;
    for (gsize len = 0; len < g_bytes_get_size(whole); len++) {
        if (!is_chosen(len, g_bytes_get_size(whole)))
            continue;
        input.octets = g_bytes_new_from_bytes(whole, 0, len);
        decode_anything(&input);
        g_bytes_unref(input.octets);
    }
    input.octets = whole;
    input_clear(&input);
}

static void test_changes(gconstpointer user)
{
    static const guint8 masks[] = {0x01, 0x80, 0xFF};
    const Vector *vector = user;
    Input input;
    gsize len;

    input_of(vector, &input);
    guint8 *octets = g_bytes_unref_to_data(input.octets, &len);
    for (gsize i = 0; i < len * G_N_ELEMENTS(masks); i++) {
        guint8 mask = masks[i % G_N_ELEMENTS(masks)], *octet = &octets[i / G_N_ELEMENTS(masks)];
        if (!is_chosen(i / G_N_ELEMENTS(masks), len))
            continue;
        *octet ^= mask;
        input.octets = g_bytes_new(octets, len);
        decode_anything(&input);
        g_bytes_unref(input.octets);
        *octet ^= mask;
    }
    input.octets = g_bytes_new_take(octets, len);
    input_clear(&input);
}

static GPtrArray *parsers, *all_vectors; /* live as long as the tests */

static void add_vectors(const char *file, gboolean wine, guint count)
{
    g_autofree char *path = g_build_filename(WSSC_SOURCE_DIR, "tests/vectors/nbfx", file, NULL);
    g_autoptr(GError) error = NULL;
    JsonParser *parser = json_parser_new();

    g_ptr_array_add(parsers, parser);
    json_parser_load_from_file(parser, path, &error);
    g_assert_no_error(error);
    JsonArray *vectors = json_object_get_array_member(
        json_node_get_object(json_parser_get_root(parser)), "vectors");
    g_assert_cmpuint(json_array_get_length(vectors), ==, count);
    for (guint i = 0; i < count; i++) {
        Vector *vector = g_new0(Vector, 1);
        g_ptr_array_add(all_vectors, vector);
        vector->json = json_array_get_object_element(vectors, i);
        vector->wine = wine;
        g_autofree char *name = g_strdup(member(vector->json, "name"));
        g_strdelimit(name, "/", '|');
        static const struct {
            const char *kind;
            GTestDataFunc run;
        } cases[] = {{"text", test_text}, {"prefixes", test_prefixes}, {"changes", test_changes}};
        for (guint c = 0; c < G_N_ELEMENTS(cases); c++) {
            g_autofree char *test = g_strdup_printf("/nbfx/%s/%s/%03u %s", wine ? "wine" : "reference",
                                                    cases[c].kind, i, name);
            g_test_add_data_func(test, vector, cases[c].run);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    parsers = g_ptr_array_new_with_free_func(g_object_unref);
    all_vectors = g_ptr_array_new_with_free_func(g_free);
    add_vectors("reference.json", FALSE, 426);
    add_vectors("wine.json", TRUE, 331);
    int status = g_test_run();
    g_ptr_array_unref(all_vectors);
    g_ptr_array_unref(parsers);
    return status;
}
