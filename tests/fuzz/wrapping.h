/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the target "wrapping" is made of: signed messages with their keys, changes of their structure, and a reader
 * that takes from an envelope what a receiver would, by names and places alone. The reader knows nothing of
 * signatures, and shares nothing with the core but libxml2.
 */
#ifndef WSSC_FUZZ_WRAPPING_H
#define WSSC_FUZZ_WRAPPING_H

#include <libxml/tree.h>

#include "keys/keyring.h"
#include "security/security.h"

#define WRAPPING_OCTETS 4

/* ---- changes (wrapping_change.c) ----------------------------------------------------------------------------- */

void wrapping_change(xmlDoc *doc, const guint8 octets[WRAPPING_OCTETS]);

/* ---- what is read (wrapping_read.c) -------------------------------------------------------------------------- */

typedef enum { WRAPPING_BODY, WRAPPING_BLOCK, WRAPPING_IN_SECURITY } WrappingPlace;

/* Something that was signed and that a receiver reads. */
typedef struct {
    WrappingPlace place;
    char *name, *ns; /* of the element */
    char *text;      /* all that it says: names, attributes, text */
} WrappingPart;
void wrapping_part_free(gpointer part);

/* The part that a receiver reads in that element; NULL where it stands in no such place. */
WrappingPart *wrapping_part_at(const xmlNode *element);
/* How many of the same kind a receiver finds in the part's place; ret_same: those that say the same. */
guint wrapping_count(xmlDoc *doc, const WrappingPart *part, guint *ret_same);

/* ---- messages (wrapping_sample.c) ---------------------------------------------------------------------------- */

typedef struct {
    char *value;      /* ds:SignatureValue, without white space */
    GPtrArray *parts; /* WrappingPart: what it proved, untouched */
} WrappingProof;

typedef struct {
    char *name;
    GBytes *text, *keys;
    GPtrArray *proofs; /* WrappingProof */
    gboolean has_signed_body, has_unsigned_part;
} WrappingSample;

/* The messages of wrapping.samples; kept by the process. */
const GPtrArray *wrapping_samples(void);
/* The message as it is, to be changed. Caller frees. */
xmlDoc *wrapping_open(const WrappingSample *sample);
/* Judged by the core. Caller frees each. NULL when it is no XML any more. */
WsscXml *wrapping_write(xmlDoc *doc);
WsscSecurity *wrapping_judge(const WrappingSample *sample, const WsscXml *xml);
/* Every signature is valid, and nothing says that what they prove is not what is read. */
gboolean wrapping_is_plain(const WrappingSample *sample, const WsscXml *xml, const WsscSecurity *security);

#endif
