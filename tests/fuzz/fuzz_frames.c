/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture as it stands, read by the analyzer itself and by Wiretap.
 */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "frames_agree.h"

static int file = -1; /* without a name, written anew each time */

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    WsscFramesSeen seen;
    if (file < 0) {
        frames_agree_init();
        file = memfd_create("capture", MFD_CLOEXEC);
        FUZZ_ASSERT(file >= 0);
    }
    FUZZ_ASSERT(ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (gssize)size);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", file);
    g_autofree char *different = frames_agree(path, &seen);
    if (different != NULL)
        g_printerr("%s\n", different);
    FUZZ_ASSERT(different == NULL);
    return 0;
}
