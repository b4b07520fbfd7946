/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is freed at once. */
#include <string.h>

#include "base/pool.h"

static void test_strings(void)
{
    WsscPool *pool = wssc_pool_new();
    g_autofree char *large = g_strnfill(5000, 'x');
    const char *first = wssc_pool_strdup(pool, "first");

    g_assert_null(wssc_pool_strdup(pool, NULL));
    g_assert_cmpstr(wssc_pool_strdup(pool, ""), ==, "");
    g_assert_cmpstr(wssc_pool_strndup(pool, "abc", 2), ==, "ab");
    g_assert_cmpstr(wssc_pool_strip(pool, " \r\n a b\t"), ==, "a b");
    g_assert_cmpstr(wssc_pool_strip(pool, " \n"), ==, "");
    g_assert_cmpstr(wssc_pool_strdup(pool, large), ==, large);
    for (guint i = 0; i < 1000; i++)
        g_assert_cmpstr(wssc_pool_strdup(pool, "one of many"), ==, "one of many");
    g_assert_cmpstr(first, ==, "first");
    wssc_pool_free(pool);
}

/* Zeroed and aligned behind strings of any length, and none over another. */
static void test_structures(void)
{
    WsscPool *pool = wssc_pool_new();
    guint64 *made[500];

    for (guint i = 0; i < G_N_ELEMENTS(made); i++) {
        wssc_pool_strndup(pool, "0123456789abcdef", i % 17);
        made[i] = wssc_pool_alloc(pool, 3 * sizeof(guint64));
        g_assert_cmpuint((guintptr)made[i] % sizeof(gpointer), ==, 0);
        g_assert_true(made[i][0] == 0 && made[i][1] == 0 && made[i][2] == 0);
        made[i][0] = made[i][1] = made[i][2] = i;
    }
    for (guint i = 0; i < G_N_ELEMENTS(made); i++)
        g_assert_true(made[i][0] == i && made[i][1] == i && made[i][2] == i);
    wssc_pool_free(pool);
}

static void test_arrays(void)
{
    WsscPool *pool = wssc_pool_new();
    WsscPoolList *items = wssc_pool_no_items(), *others = wssc_pool_no_items();

    g_assert_cmpuint(items->len, ==, 0);
    for (guint i = 0; i < 300; i++) {
        wssc_pool_add(pool, &items, GUINT_TO_POINTER(i));
        g_assert_cmpuint(items->len, ==, i + 1);
    }
    wssc_pool_add(pool, &others, GUINT_TO_POINTER(7));
    for (guint i = 0; i < 300; i++)
        g_assert_cmpuint(GPOINTER_TO_UINT(items->pdata[i]), ==, i);
    g_assert_cmpuint(GPOINTER_TO_UINT(others->pdata[0]), ==, 7);
    g_assert_cmpuint(wssc_pool_no_items()->len, ==, 0);
    wssc_pool_free(pool);
}

/* Every string is there once, whoever asked for it and however many there are; long ones are the pool's own. */
static void test_sharing(void)
{
    WsscStrings *strings = wssc_strings_new();
    WsscPool *pool = wssc_pool_new_sharing(strings), *other = wssc_pool_new_sharing(strings);
    g_autofree char *large = g_strnfill(5000, 'x');
    char *kept[500];

    g_assert_true(wssc_pool_is_sharing(pool));
    for (guint i = 0; i < G_N_ELEMENTS(kept); i++) {
        g_autofree char *text = g_strdup_printf("text %u", i);
        kept[i] = wssc_pool_strdup(pool, text);
        g_assert_cmpstr(kept[i], ==, text);
    }
    for (guint i = 0; i < G_N_ELEMENTS(kept); i++) {
        g_autofree char *text = g_strdup_printf(" text %u ", i);
        g_assert_true(wssc_pool_strip(other, text) == kept[i]);
    }
    g_assert_cmpstr(wssc_pool_strndup(other, "text 12", 6), ==, "text 1");
    g_assert_true(wssc_pool_strndup(other, "text 12", 6) == kept[1]);
    g_assert_cmpstr(wssc_pool_strdup(pool, ""), ==, "");
    g_assert_cmpstr(wssc_pool_strdup(pool, large), ==, large);
    g_assert_true(wssc_pool_strdup(pool, large) != wssc_pool_strdup(pool, large));
    wssc_pool_free(pool);
    g_assert_true(wssc_pool_strdup(other, "text 499") == kept[499]);
    wssc_pool_free(other);
    wssc_strings_free(strings);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pool/strings", test_strings);
    g_test_add_func("/pool/structures", test_structures);
    g_test_add_func("/pool/arrays", test_arrays);
    g_test_add_func("/pool/sharing", test_sharing);
    return g_test_run();
}
