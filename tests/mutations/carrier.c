/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One octet of the message as it was carried: in text, in the records of binary XML, in the parts of MTOM. Only
 * octets that can be nothing but signed text: those of a value that stands in the message but once.
 */
#include <string.h>

#include "base/text.h"
#include "mutate.h"

static const guint8 *find(const guint8 *data, gsize len, const guint8 *what, gsize what_len, guint *ret_count)
{
    const guint8 *first = NULL;
    *ret_count = 0;
    for (const guint8 *at = data;
         len >= what_len && (at = memmem(at, len - (gsize)(at - data), what, what_len)) != NULL; at++) {
        first = first != NULL ? first : at;
        (*ret_count)++;
    }
    return first;
}

/* Offset of the octets of a text in the carrier's, and how many; FALSE when that is not certain. */
static gboolean locate(const Mutation *m, const char *text, gsize *ret_offset, gsize *ret_len)
{
    gsize len = 0, form_len = 0;
    const guint8 *data = g_bytes_get_data(m->subject->form->sample->octets, &len);
    const guint8 *form = g_bytes_get_data(m->subject->form->text, &form_len);
    guint count = 0;

    find(form, form_len, (const guint8 *)text, strlen(text), &count);
    if (count != 1)
        return FALSE;
    const guint8 *at = find(data, len, (const guint8 *)text, strlen(text), &count);
    *ret_len = strlen(text);
    if (count == 0) { /* octets, written as such */
        g_autoptr(GBytes) octets = wssc_base64_decode(text, strlen(text));
        if (octets == NULL || g_bytes_get_size(octets) < 8)
            return FALSE;
        *ret_len = g_bytes_get_size(octets);
        at = find(data, len, g_bytes_get_data(octets, NULL), *ret_len, &count);
    }
    *ret_offset = at != NULL ? (gsize)(at - data) : 0;
    return count == 1;
}

static GPtrArray *signed_values(const Mutation *m)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < m->targets->len; i++) {
        xmlNode *target = m->targets->pdata[i];
        for (xmlNode *n = target; n != NULL; n = walk(target, n)) {
            const char *text = n->type == XML_TEXT_NODE ? (const char *)n->content : NULL;
            if (text != NULL && strlen(text) >= 6 && strpbrk(text, "<>&\"'\r") == NULL && mutation_is_signed(m, n))
                g_ptr_array_add(values, g_strdup(text));
        }
    }
    return values;
}

static Step octet(Mutation *m)
{
    g_autoptr(GPtrArray) values = signed_values(m);
    const char *text = mutation_pick(m, values);
    gsize offset, len, all;
    if (text == NULL)
        return NO_MORE;
    if (!locate(m, text, &offset, &len))
        return NOT_HERE;
    const guint8 *data = g_bytes_get_data(m->subject->form->sample->octets, &all);
    guint8 *copy = g_memdup2(data, all);
    gsize place = offset + len / 2;
    while (place < offset + len - 1 && copy[place] >= 0x80)
        place++; /* one octet of a character of several would be no UTF-8 */
    gboolean is_text = memcmp(copy + offset, text, MIN(len, strlen(text))) == 0;
    if (is_text && !g_ascii_isalnum(copy[place])) {
        g_free(copy);
        return NOT_HERE;
    }
    copy[place] = is_text && (copy[place] == 'z' || copy[place] == 'Z' || copy[place] == '9') ? copy[place] - 1
                  : is_text                                                                   ? copy[place] + 1
                                                                                              : copy[place] ^ 1;
    m->octets = g_bytes_new_take(copy, all);
    LABEL(m, "octet %" G_GSIZE_FORMAT, place);
    return MUTATED;
}

static Step octet_in_text(Mutation *m)
{
    return m->subject->form->sample->is_carried ? NO_MORE : octet(m);
}

static Step octet_in_binary(Mutation *m)
{
    const Sample *sample = m->subject->form->sample;
    gboolean is_mime = sample->content_type != NULL && strstr(sample->content_type, "multipart") != NULL;
    return sample->is_carried && !is_mime ? octet(m) : NO_MORE;
}

static Step octet_in_parts(Mutation *m)
{
    const Sample *sample = m->subject->form->sample;
    gboolean is_mime = sample->content_type != NULL && strstr(sample->content_type, "multipart") != NULL;
    return sample->is_carried && is_mime ? octet(m) : NO_MORE;
}

const Family carrier_families[] = {
    {"carrier/octet-of-text", octet_in_text, ON_WIRE_ONLY},
    {"carrier/octet-of-binary-xml", octet_in_binary, ON_WIRE_ONLY},
    {"carrier/octet-of-mime-parts", octet_in_parts, ON_WIRE_ONLY},
    {NULL, NULL, 0},
};
