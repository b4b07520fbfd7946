/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blocks of a pcapng file (draft-ietf-opsawg-pcapng, section 3.1), one after the other, as they stand: what is in
 * most of them is nobody's business here.
 */
#ifndef WSSC_ANALYZER_PCAPNG_H
#define WSSC_ANALYZER_PCAPNG_H

#include <glib.h>
#include <stdio.h>

#define WSSC_PCAPNG_SECTION 0x0A0D0D0Au
#define WSSC_PCAPNG_SECRETS 0x0000000Au

typedef struct {
    FILE *file;
    gboolean is_big; /* byte order of the section, known from its header on */
    guint64 offset;  /* of the next block */
} WsscPcapng;

typedef struct {
    guint32 type, length; /* length: octets of all of it */
    guint8 head[12];      /* its first octets, which were read */
    guint head_length;
} WsscPcapngBlock;

/* file: at its start; stays the caller's. */
void wssc_pcapng_begin(WsscPcapng *pcapng, FILE *file);
/* The next block, whose rest is to be read next, by one of the two below. FALSE at the end, and with error where the
 * file is no pcapng, or damaged. */
gboolean wssc_pcapng_next(WsscPcapng *pcapng, WsscPcapngBlock *ret_block, GError **error);
/* Writes the block to "to", or nowhere (NULL). FALSE with error where it is cut; what is there was written. */
gboolean wssc_pcapng_pass(WsscPcapng *pcapng, const WsscPcapngBlock *block, FILE *to, GError **error);
/* Reads the block whole. NULL with error where it is cut, or larger than limit. Caller frees. */
GBytes *wssc_pcapng_read(WsscPcapng *pcapng, const WsscPcapngBlock *block, gsize limit, GError **error);

/* Of a whole secrets block: its type and its secrets. FALSE where it is malformed. */
gboolean wssc_pcapng_secrets(const WsscPcapng *pcapng, GBytes *block, guint32 *ret_type, GBytes **ret_secrets);
/* Writes a secrets block in the section's byte order. */
void wssc_pcapng_put_secrets(const WsscPcapng *pcapng, guint32 type, const char *secrets, gsize len, FILE *to);

#endif
