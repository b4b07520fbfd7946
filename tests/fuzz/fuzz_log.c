/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logs: envelopes in layers of escapes. */
#include "fuzz_export.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    return fuzz_export(WSSC_EXPORT_TEXT, data, size);
}
