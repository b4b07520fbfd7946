/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Beginnings of TCP segments that may be HTTP. */
#include "fuzz.h"

#include <string.h>

#include "carrier/http_head.h"

static void check_message(const char *text, gsize len)
{
    WsscHttpMessage head;
    if (!wssc_http_message(text, len, &head))
        return;
    FUZZ_ASSERT(head.len >= 3 && head.len <= len && text[head.len - 1] == '\n');
    FUZZ_ASSERT(head.media >= text && head.media + head.media_len <= text + head.len);
    FUZZ_ASSERT(head.parameters >= head.media && head.parameters + head.parameters_len <= text + head.len);
    FUZZ_ASSERT(memchr(head.media, '\n', head.media_len) == NULL);
    FUZZ_ASSERT(head.coding == NULL || (head.coding > text && head.coding + head.coding_len < text + head.len));
    FUZZ_ASSERT(head.has_length || head.length == 0);
    /* What is whole is so only with its last octet. */
    FUZZ_ASSERT(!wssc_http_is_whole(&head, len) || !wssc_http_is_whole(&head, len - 1));
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autofree char *text = g_memdup2(data, size); /* its end is the end of an allocation */
    gboolean is_response;
    if (size == 0)
        return 0;
    WsscHttpHead kind = wssc_http_head(text, size, &is_response);
    FUZZ_ASSERT(kind <= WSSC_HTTP_HEAD_CUT && (kind == WSSC_HTTP_HEAD_NONE || text[0] == (is_response ? 'H' : 'P')));
    check_message(text, size);
    return 0;
}
