/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lexical forms: base64, hexadecimal, times, numbers, URIs, parameters of a header field. */
#include "fuzz.h"

#include "base/text.h"
#include "carrier/inflate.h"
#include "carrier/mime.h"
#include "carrier/nettcp.h"
#include "nbfx/value.h"
#include "keys/derive.h"
#include "security/algorithms.h"
#include "soap/action.h"
#include "soap/parts.h"

/* What was read and written again is read as the same. */
static void check_octets(const char *text, gsize len)
{
    g_autoptr(GBytes) base64 = wssc_base64_decode(text, len);
    g_autoptr(GBytes) hex = wssc_hex_decode(text, len);
    if (base64 != NULL) {
        g_autofree char *again = wssc_base64_encode(wssc_bytes_of(base64));
        g_autoptr(GBytes) same = wssc_base64_decode(again, strlen(again));
        FUZZ_ASSERT(g_bytes_equal(base64, same));
        g_autoptr(GString) other = g_string_new(NULL);
        wssc_value_base64(other, wssc_bytes_of(base64));
        FUZZ_ASSERT(strcmp(other->str, again) == 0);
    }
    if (hex != NULL) {
        g_autofree char *again = wssc_hex_encode(wssc_bytes_of(hex));
        FUZZ_ASSERT(strlen(again) == len && g_ascii_strncasecmp(again, text, len) == 0);
    }
}

static void check_time(const char *text)
{
    gint64 time = wssc_time_parse(text);
    g_autofree char *again = wssc_time_format(time);
    FUZZ_ASSERT(again == NULL || wssc_time_parse(again) == time);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autofree char *stripped = wssc_strip(text);
    WsscAction action;

    check_octets(text, strlen(text));
    check_time(text);
    if (size >= sizeof(gint64)) {
        gint64 number;
        memcpy(&number, data, sizeof number);
        g_autofree char *time = wssc_time_format(number);
        FUZZ_ASSERT(time == NULL || g_str_has_suffix(time, "Z"));
        g_autoptr(GString) value = g_string_new(NULL);
        gboolean is_local;
        wssc_value_timespan(value, number);
        wssc_value_datetime(value, (guint64)number, 60, &is_local);
        wssc_value_double(value, (guint64)number, WSSC_FLOATS_CORE);
        wssc_value_double(value, (guint64)number, WSSC_FLOATS_FRAMEWORK);
        wssc_value_float(value, (guint32)number, WSSC_FLOATS_CORE);
    }
    g_autofree char *boundary = wssc_mime_parameter(text, "boundary");
    g_autofree char *no_name = wssc_mime_parameter(text, "");
    FUZZ_ASSERT(strlen(stripped) <= strlen(text) && wssc_number(text) >= -2);
    FUZZ_ASSERT(boundary == NULL || strlen(boundary) < size);
    FUZZ_ASSERT(no_name == NULL || strlen(no_name) < size);
    wssc_inflate_kind(text);
    wssc_action_parse(text, &action);
    wssc_request_type_parse(text);
    wssc_is_sct_type(text);
    wssc_algorithm_find(text);
    wssc_ns_from_uri(text);
    wssc_derive_hash(text);
    wssc_nettcp_fault_meaning(text);
    return 0;
}
