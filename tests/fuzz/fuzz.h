/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzz targets share. A target is one fuzz_NAME.c with LLVMFuzzerTestOneInput: linked with
 * libFuzzer by the preset "fuzz", and with replay.c, which reads the committed corpus, by all others.
 *
 * An input is the octets that a receiver gets, just as they stand. Where the carrier says something
 * beside them (a content type, a charset, a password) that may stand in front as a line of its own that begins with
 * "!".
 */
#ifndef WSSC_FUZZ_H
#define WSSC_FUZZ_H

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "keys/keyring.h"
#include "xml/xml.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

/* What must hold whatever the input is. */
#define FUZZ_ASSERT(condition)                                                                                         \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            g_printerr("%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                                  \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* Cuts the line "!..." off the front of the input. NULL when there is none. Caller frees. */
char *fuzz_parameter(WsscBytes *input);
/* A copy of exactly that size, so that a step beyond its end is seen. Caller frees. */
GBytes *fuzz_octets(WsscBytes input);
/* A few keys of each kind, made for tests (keys/ and tests/interop/corpus/keys). Caller frees. */
WsscKeyring *fuzz_keyring(void);
/* Its private keys alone. */
void fuzz_add_private_keys(WsscKeyring *ring);
/* What a session or a verifier of a target is bound by. */
const WsscLimits *fuzz_limits(void);
/* Every span of the tree lies in the octets, in order, and children lie in their parents. */
void fuzz_check_spans(const WsscXml *xml);

#endif
