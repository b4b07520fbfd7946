/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The records of .NET message framing ([MC-NMF] 2.2), one step at a time.
 *
 *     WsscNettcpRecord record;
 *     switch (wssc_nettcp_step(octets_from_a_record_boundary_on, &record)) ...
 */
#ifndef WSSC_CARRIER_NETTCP_H
#define WSSC_CARRIER_NETTCP_H

#include "base/bytes.h"

/* Fault records hold a URI that begins so ([MC-NMF] 2.2.3.7). */
#define WSSC_NETTCP_FAULTS "http://schemas.microsoft.com/ws/2006/05/framing/faults/"

typedef enum {
    WSSC_NETTCP_VERSION,
    WSSC_NETTCP_MODE,
    WSSC_NETTCP_VIA,
    WSSC_NETTCP_KNOWN_ENCODING,
    WSSC_NETTCP_EXTENSIBLE_ENCODING,
    WSSC_NETTCP_UNSIZED_ENVELOPE,
    WSSC_NETTCP_SIZED_ENVELOPE,
    WSSC_NETTCP_END,
    WSSC_NETTCP_FAULT,
    WSSC_NETTCP_UPGRADE_REQUEST,
    WSSC_NETTCP_UPGRADE_RESPONSE,
    WSSC_NETTCP_PREAMBLE_ACK,
    WSSC_NETTCP_PREAMBLE_END,
    WSSC_NETTCP_MAX
} WsscNettcpType;

typedef enum {
    WSSC_FRAMING_DONE,
    WSSC_FRAMING_MORE, /* the record goes on beyond the octets; "missing" tells by how much at least */
    WSSC_FRAMING_BAD,  /* no record; "reason" tells why */
    WSSC_FRAMING_LARGE /* an envelope beyond the limit: "payload" and, of a sized one, "length" are known */
} WsscFraming;

/* Offsets count from the start of the octets given. */
typedef struct {
    WsscNettcpType type;
    gsize size;    /* octets of the whole record */
    gsize payload; /* where the text or envelope begins */
    gsize length;  /* its octets; of an unsized envelope with its chunk sizes */
    guint8 value;  /* mode, known encoding or major version */
    guint8 minor;
    gsize missing;
    const char *reason; /* static */
} WsscNettcpRecord;

#define WSSC_NETTCP_MAX_TEXT 65536 /* octets of a Via, an encoding, an upgrade, a fault */

/* Octets begin as the preamble of a session does. */
gboolean wssc_nettcp_is_preamble(WsscBytes octets);
/* The same, and name a Via of one of the framing's schemes. */
gboolean wssc_nettcp_begins(WsscBytes octets);
WsscFraming wssc_nettcp_step(WsscBytes octets, WsscNettcpRecord *ret_record);
/* Where the first record begins in octets of a stream that is not followed from its start. DONE: at ret_at. MORE: what
 * begins at ret_at may be one, further octets will tell. BAD: none begins here; ret_at is the octets' end. */
WsscFraming wssc_nettcp_find(WsscBytes octets, gsize *ret_at);
/* The envelope of a sized or unsized record, chunks joined. Caller frees. */
GBytes *wssc_nettcp_envelope(WsscBytes octets, const WsscNettcpRecord *record);

/* Names and meanings; NULL for a value that is not defined. */
const char *wssc_nettcp_type_name(WsscNettcpType type);
const char *wssc_nettcp_mode_name(guint8 mode);
/* Content type that a known encoding stands for ([MC-NMF] 2.2.3.4.1). */
const char *wssc_nettcp_encoding_type(guint8 encoding);
/* What a fault URI means, in plain words. */
const char *wssc_nettcp_fault_meaning(const char *uri);

#endif
