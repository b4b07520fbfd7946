/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An HTTP message's fields and body without the line before them. */
#include "fuzz_export.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    return fuzz_export(WSSC_EXPORT_BARE_HTTP, data, size);
}
