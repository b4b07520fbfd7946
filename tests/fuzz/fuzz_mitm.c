/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mitmproxy's flow files. */
#include "fuzz_export.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    return fuzz_export(WSSC_EXPORT_MITM, data, size);
}
