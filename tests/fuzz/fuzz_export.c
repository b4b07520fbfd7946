/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any file that somebody brings: what it is, and what is in it. */
#include "fuzz_export.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    return fuzz_export(WSSC_EXPORT_GUESS, data, size);
}
