/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/memory.h"

#include <stddef.h>

/* jemalloc's; without it nobody keeps what was freed. */
extern int mallctl(const char *name, void *old, size_t *old_len, void *fresh, size_t len) __attribute__((weak));

void wssc_memory_give_back(void)
{
    if (mallctl != NULL)
        mallctl("arena.0.purge", NULL, NULL, NULL, 0);
}
