/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The NBFX decoder against every vector of tests/vectors/nbfx (origins: README.md there), each a
 * case of its own, as text and as a tree; then each of them cut short everywhere and with every octet changed.
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "base/text.h"
#include "nbfx/nbfx.h"
#include "security/c14n.h"

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
    const char *dictionary = vector->wine ? member(vector->json, "static") : member(vector->json, "dictionary");
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
        input->session = table_of(vector->json, vector->wine ? "dictionary" : "session_strings");
    }
    input->options.even_strings = input->even;
    input->options.session = input->session;
    const char *zone = member(vector->json, "local_time_zone");
    if (zone != NULL)
        input->options.zone_minutes = (zone[0] == '-' ? -1 : 1) * (atoi(zone + 1) * 60 + atoi(zone + 4));
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
    g_autoptr(GError) tree_error = NULL;
    g_autoptr(WsscXml) xml = wssc_nbfx_to_xml(input->octets, 0, &input->options, NULL, &tree_error);

    g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED);
    g_assert_error(tree_error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED);
    g_assert_cmpstr(tree_error->message, ==, error->message);
    g_assert_nonnull(xml);
    g_assert_nonnull(strstr(error->message, member(vector->json, "malformed")));
    g_assert_nonnull(strstr(error->message, "octet "));
    g_assert_true(g_str_has_prefix(text, "<"));
}

static char *expected_text(const Vector *vector)
{
    const char *expect = member(vector->json, "expect");
    const char *decoder_gives = member(vector->json, "decoder_gives");

    if (vector->wine)
        return expect != NULL ? g_strdup(expect) : wine_to_our_form(member(vector->json, "xml"));
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

/* ---- the tree -------------------------------------------------------------------------------- */

/* As libxml2 writes it: the same for the same tree, whatever it was made from. */
static char *dumped(const WsscXml *xml)
{
    xmlChar *out = NULL;
    int len;
    xmlDocDumpMemoryEnc(xml->doc, &out, &len, "UTF-8");
    char *copy = g_strndup((const char *)out, (gsize)len);
    xmlFree(out);
    return copy;
}

static char *dumped_text(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, "utf-8", &error);

    g_assert_no_error(error);
    return dumped(xml);
}

static void check_canonical(const WsscXml *xml, const char *expected)
{
    WsscC14n exclusive = {.flags = WSSC_C14N_EXCLUSIVE | WSSC_C14N_COMMENTS};
    g_autoptr(GByteArray) out = g_byte_array_new();

    g_assert_true(wssc_c14n_write(&exclusive, xml->doc, xmlDocGetRootElement(xml->doc), NULL, NULL, out));
    g_autofree char *seen = g_strndup((const char *)out->data, out->len);
    g_assert_cmpstr(seen, ==, expected);
}

/* Vectors of [MC-NBFX] that are no documents: a comment alone, arrays without an element around them. */
static gboolean is_document(const Vector *vector)
{
    static const char *const others[] = {
        "TestDecodeExampleComment", "TestDecodeExampleArray", "TestDecodeExampleBoolTextWithEndElement",
        "mono int16 array",         "mono int32 array",       NULL};
    return !g_strv_contains(others, member(vector->json, "name"));
}

static void test_tree(gconstpointer user)
{
    const Vector *vector = user;
    const char *c14n = member(vector->json, "c14n"); /* by the reader of Mono */
    g_autoptr(GError) error = NULL;
    Input input;

    if (member(vector->json, "malformed") != NULL)
        return; /* its text and its tree are test_malformed's */
    input_of(vector, &input);
    g_autoptr(WsscXml) xml = wssc_nbfx_to_xml(input.octets, 0, &input.options, NULL, &error);
    if (is_document(vector)) {
        g_autofree char *text = expected_text(vector);
        g_autofree char *expected = dumped_text(text);
        g_assert_nonnull(xml);
        g_autofree char *seen = dumped(xml);
        g_assert_cmpstr(seen, ==, expected);
        if (c14n != NULL)
            check_canonical(xml, c14n);
    } else {
        g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED);
    }
    input_clear(&input);
}

/* That the way to our form changes nothing else: both forms are one document. Line ends and tabs in an attribute, which
 * Wine writes raw, are blanks to a parser, so these vectors are held by their text alone. */
static void test_wine_form(gconstpointer user)
{
    static const char *const raw[] = {"attribute: utf8 white space", "attribute: utf8 CR LF", "attribute markup [P]",
                                      NULL};
    const Vector *vector = user;
    const char *xml = member(vector->json, "xml");

    if (g_strv_contains(raw, member(vector->json, "name")))
        return;
    g_autofree char *ours = wine_to_our_form(xml);
    g_autofree char *left = dumped_text(xml);
    g_autofree char *right = dumped_text(ours);
    g_assert_cmpstr(left, ==, right);
}

/* ---- damage ---------------------------------------------------------------------------------- */

/* Both decoders on octets that may be anything: they return, and agree on what is wrong. */
static void decode_anything(const Input *input)
{
    g_autoptr(GError) text_error = NULL, tree_error = NULL;
    g_autofree char *text = decode(input, &text_error);
    g_autoptr(WsscXml) xml = wssc_nbfx_to_xml(input->octets, 0, &input->options, NULL, &tree_error);

    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_true(text_error == NULL || tree_error != NULL);
    g_assert_true(xml != NULL || tree_error != NULL);
    /* The longest ones would cost minutes. */
    if (text_error == NULL && tree_error == NULL && g_bytes_get_size(input->octets) < 8192) {
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
/* ---- whole files that other projects publish ------------------------------------------------- */

static char *read_file(const char *name, gsize *ret_len)
{
    g_autofree char *path = g_build_filename(WSSC_SOURCE_DIR, "tests/vectors/nbfx", name, NULL);
    char *data = NULL;
    g_assert_true(g_file_get_contents(path, &data, ret_len, NULL));
    return data;
}

static char *decode_file(const char *name)
{
    Input input = {.options = {.static_dictionary = TRUE}};
    g_autoptr(GError) error = NULL;
    gsize len;
    char *octets = read_file(name, &len);
    input.octets = g_bytes_new_take(octets, len);
    char *text = decode(&input, &error);
    g_assert_no_error(error);
    g_bytes_unref(input.octets);
    return text;
}

static void test_msbingo(void)
{
    gsize len;
    g_autofree char *seen = decode_file("msbingo/1.bin");
    g_autofree char *expected = read_file("msbingo/1.xml", &len);
    g_assert_cmpstr(seen, ==, g_strchomp(expected));
}

/* No text is published beside it; the message says its own Id once more in a text, and its numbers can be read by eye.
 */
static void test_wcf_bin4j(void)
{
    static const char *const parts[] = {"<GetCityRealTimeAQIModelByCitycodeResponse xmlns=\"http://tempuri.org/\">",
                                        "<b:Id>17421157</b:Id>",
                                        "S=\"Id:Int32:17421157\" /&gt;</c:string>",
                                        "<b:CityCode>140100</b:CityCode>",
                                        "<b:Area>太原市</b:Area>",
                                        "<b:CO>0.4</b:CO>",
                                        "<b:Quality>优</b:Quality>",
                                        "</GetCityRealTimeAQIModelByCitycodeResponse>"};
    g_autofree char *seen = decode_file("wcf-bin4j/test.bin");
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        if (strstr(seen, parts[i]) == NULL)
            g_error("%s is not in %s", parts[i], seen);
}

static void add_vectors(const char *file, gboolean wine, guint count)
{
    g_autofree char *path = g_build_filename(WSSC_SOURCE_DIR, "tests/vectors/nbfx", file, NULL);
    g_autoptr(GError) error = NULL;
    JsonParser *parser = json_parser_new();

    g_ptr_array_add(parsers, parser);
    json_parser_load_from_file(parser, path, &error);
    g_assert_no_error(error);
    JsonArray *vectors = json_object_get_array_member(json_node_get_object(json_parser_get_root(parser)), "vectors");
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
        } cases[] = {{"text", test_text},
                     {"tree", test_tree},
                     {"prefixes", test_prefixes},
                     {"changes", test_changes},
                     {"form", test_wine_form}};
        for (guint c = 0; c < G_N_ELEMENTS(cases) - (wine ? 0 : 1); c++) {
            g_autofree char *test =
                g_strdup_printf("/nbfx/%s/%s/%03u %s", wine ? "wine" : "reference", cases[c].kind, i, name);
            g_test_add_data_func(test, vector, cases[c].run);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    parsers = g_ptr_array_new_with_free_func(g_object_unref);
    all_vectors = g_ptr_array_new_with_free_func(g_free);
    g_test_add_func("/nbfx/published/msbingo", test_msbingo);
    g_test_add_func("/nbfx/published/wcf-bin4j", test_wcf_bin4j);
    add_vectors("reference.json", FALSE, 426);
    add_vectors("wine.json", TRUE, 331);
    int status = g_test_run();
    g_ptr_array_unref(all_vectors);
    g_ptr_array_unref(parsers);
    return status;
}
