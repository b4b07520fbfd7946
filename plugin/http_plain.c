/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "http_plain.h"

#include <string.h>

#define HEADS 64u
#define MAX_HEAD 512u /* longer ones are read each time */

typedef struct {
    guint len; /* 0: none */
    guint8 octets[MAX_HEAD];
} Head;

static Head heads[HEADS];

static Head *head_of(const packet_info *pinfo)
{
    return &heads[(pinfo->srcport * 31u + pinfo->destport) % HEADS];
}

gboolean wssc_http_plain_is(const packet_info *pinfo, WsscBytes octets)
{
    const Head *head = head_of(pinfo);
    return head->len > 0 && octets.len >= head->len && memcmp(head->octets, octets.data, head->len) == 0;
}

void wssc_http_plain_note(const packet_info *pinfo, WsscBytes octets)
{
    Head *head = head_of(pinfo);
    if (octets.len > MAX_HEAD)
        return;
    head->len = (guint)octets.len;
    memcpy(head->octets, octets.data, octets.len);
}

/* What leads to us is asked anew for each capture. */
static void begin(void)
{
    for (guint i = 0; i < HEADS; i++)
        heads[i].len = 0;
}

void wssc_http_plain_register(void)
{
    register_init_routine(begin);
}
