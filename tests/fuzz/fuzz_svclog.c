/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logs of WCF. */
#include "fuzz_export.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    return fuzz_export(WSSC_EXPORT_SVCLOG, data, size);
}
