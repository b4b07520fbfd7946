/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "media.h"

#include <string.h>

static const char *const media_types[] = {"text/xml",
                                          "application/soap+xml",
                                          "application/xml",
                                          "application/xop+xml",
                                          "application/soap+msbin1",
                                          "application/soap+msbin1+gzip",
                                          "application/soap+msbin1+deflate",
                                          "application/soap+msbinsession1",
                                          "application/soap+msbinsession1+gzip",
                                          "application/soap+msbinsession1+deflate",
                                          "application/msbin1",
                                          "multipart/related"};
static struct {
    const char *media;
    gsize len;
    dissector_handle_t stock;
    enum { NOT_ASKED, OURS, THEIRS } owner; /* others may have been registered after us */
} before_us[G_N_ELEMENTS(media_types)];
static dissector_table_t by_media_type;
static dissector_handle_t body_handle;

const char *wssc_media_of(const char *type, gsize len)
{
    for (guint i = 0; i < G_N_ELEMENTS(before_us); i++) {
        if (before_us[i].len != len || g_ascii_strncasecmp(before_us[i].media, type, len) != 0)
            continue;
        if (before_us[i].owner == NOT_ASKED)
            before_us[i].owner =
                dissector_get_string_handle(by_media_type, before_us[i].media) == body_handle ? OURS : THEIRS;
        return before_us[i].owner == OURS ? before_us[i].media : NULL;
    }
    return NULL;
}

dissector_handle_t wssc_media_stock(const char *media)
{
    for (guint i = 0; media != NULL && i < G_N_ELEMENTS(before_us); i++)
        if (g_ascii_strcasecmp(before_us[i].media, media) == 0)
            return before_us[i].stock;
    return NULL;
}

void wssc_media_handoff(dissector_handle_t body)
{
    body_handle = body;
    by_media_type = find_dissector_table("media_type");
    for (guint i = 0; i < G_N_ELEMENTS(media_types); i++) {
        before_us[i].media = media_types[i];
        before_us[i].len = strlen(media_types[i]);
        before_us[i].stock = dissector_get_string_handle(by_media_type, media_types[i]);
        dissector_add_string("media_type", media_types[i], body);
    }
}
