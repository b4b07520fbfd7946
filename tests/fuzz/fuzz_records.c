/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logs of JSON records, a line of a log each. */
#include "fuzz_export.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    return fuzz_export(WSSC_EXPORT_RECORDS, data, size) + fuzz_export(WSSC_EXPORT_GUESS, data, size);
}
