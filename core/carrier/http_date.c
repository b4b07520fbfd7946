/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "carrier/http_head.h"

#include <string.h>

static gboolean read_digits(const char *text, guint count, int *ret_value)
{
    *ret_value = 0;
    for (guint i = 0; i < count; i++) {
        if (!g_ascii_isdigit(text[i]))
            return FALSE;
        *ret_value = *ret_value * 10 + (text[i] - '0');
    }
    return TRUE;
}

static int month_of(const char *text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++)
        if (g_ascii_strncasecmp(text, months + 3 * i, 3) == 0)
            return i + 1;
    return 0;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT"; the two older forms are hardly ever sent. */
gint64 wssc_http_date_parse(const char *text, gsize len)
{
    static const char form[] = "Sun, 06 Nov 1994 08:49:37 GMT";
    int day, year, hour, minute, second;

    while (len > 0 && text[len - 1] == ' ')
        len--;
    if (len != strlen(form) || text[3] != ',' || text[19] != ':' || text[22] != ':' ||
        strncmp(text + 25, " GMT", 4) != 0)
        return 0;
    int month = month_of(text + 8);
    if (month == 0 || !read_digits(text + 5, 2, &day) || !read_digits(text + 12, 4, &year) ||
        !read_digits(text + 17, 2, &hour) || !read_digits(text + 20, 2, &minute) || !read_digits(text + 23, 2, &second))
        return 0;
    g_autoptr(GDateTime) date = g_date_time_new_utc(year, month, day, hour, minute, MIN(second, 59));
    return date != NULL ? g_date_time_to_unix(date) * G_USEC_PER_SEC : 0;
}
