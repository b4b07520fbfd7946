/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Burp Suite saves. */
#include "fuzz_export.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    return fuzz_export(WSSC_EXPORT_BURP, data, size);
}
