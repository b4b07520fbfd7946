/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signature wrapping by structure: a signed message whose elements are moved, doubled, renamed and given other roles.
 * The first octet names the message (wrapping.samples), then each four octets are one change: what, of which element,
 * where to, how. Whatever was done: when the verdict is still plainly valid, everything that its signatures signed is
 * read where it was read before, once, and says the same.
 */
#include "fuzz.h"

#include "wrapping.h"

enum { MOST_CHANGES = 8 };

size_t LLVMFuzzerCustomMutator(guint8 *data, size_t size, size_t max_size, unsigned int seed);

static const WrappingProof *proof_by(const WrappingSample *sample, const char *value)
{
    for (guint i = 0; i < sample->proofs->len; i++)
        if (strcmp(((const WrappingProof *)sample->proofs->pdata[i])->value, value) == 0)
            return sample->proofs->pdata[i];
    return NULL;
}

static void check_parts(const WrappingSample *sample, const WsscXml *xml, const WrappingProof *proof)
{
    gsize len = 0;
    const char *text = g_bytes_get_data(xml->octets, &len);
    for (guint i = 0; i < proof->parts->len; i++) {
        const WrappingPart *part = proof->parts->pdata[i];
        guint same = 0, count = wrapping_count(xml->doc, part, &same);
        if (count != 1 || same != 1)
            g_printerr("%s: plainly valid, with %u %s, %u of which as signed:\n%.*s\n", sample->name, count, part->name,
                       same, (int)MIN(len, 100000), text);
        FUZZ_ASSERT(count == 1 && same == 1);
    }
}

/* Changes stay whole, so that each leads on from one that led somewhere. */
size_t LLVMFuzzerCustomMutator(guint8 *data, size_t size, size_t max_size, unsigned int seed)
{
    g_autoptr(GRand) dice = g_rand_new_with_seed(seed);
    size_t most = MIN((max_size - 1) / WRAPPING_OCTETS, MOST_CHANGES);
    size_t count = size > 0 ? MIN((size - 1) / WRAPPING_OCTETS, most) : 0;
    if (size == 0 || g_rand_int_range(dice, 0, 8) == 0)
        data[0] = (guint8)g_rand_int_range(dice, 0, 256);
    size_t which = count > 0 ? (size_t)g_rand_int_range(dice, 0, (gint32)count) : 0;
    guint8 *at = data + 1 + which * WRAPPING_OCTETS;
    gint32 way = g_rand_int_range(dice, 0, 8);
    if (count == 0 || (way < 2 && count < most)) {
        at = data + 1 + count++ * WRAPPING_OCTETS;
        for (guint i = 0; i < WRAPPING_OCTETS; i++)
            at[i] = (guint8)g_rand_int_range(dice, 0, 256);
    } else if (way == 2) {
        memmove(at, at + WRAPPING_OCTETS, (--count - which) * WRAPPING_OCTETS);
    } else {
        at[g_rand_int_range(dice, 0, WRAPPING_OCTETS)] = (guint8)g_rand_int_range(dice, 0, 256);
    }
    return 1 + count * WRAPPING_OCTETS;
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    const GPtrArray *samples = wrapping_samples();
    if (size < 1)
        return 0;
    const WrappingSample *sample = samples->pdata[data[0] % samples->len];
    xmlDoc *doc = wrapping_open(sample);
    for (size_t at = 1, n = 0; at + WRAPPING_OCTETS <= size && n < MOST_CHANGES; at += WRAPPING_OCTETS, n++)
        wrapping_change(doc, data + at);
    g_autoptr(WsscXml) xml = wrapping_write(doc);
    xmlFreeDoc(doc);
    if (xml == NULL)
        return 0;
    g_autoptr(WsscSecurity) security = wrapping_judge(sample, xml);
    if (!wrapping_is_plain(sample, xml, security))
        return 0;
    for (guint i = 0; i < security->signatures->len; i++) {
        const WrappingProof *proof = proof_by(sample, ((const WsscSignature *)security->signatures->pdata[i])->value);
        FUZZ_ASSERT(proof != NULL); /* nobody signed it */
        check_parts(sample, xml, proof);
    }
    return 0;
}
