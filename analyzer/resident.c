/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dl_iterate_phdr */
#endif
#include "resident.h"

#include <glib.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

/* Only large ones are worth it. */
#define MIN_SEGMENT (1u << 20)

static int give_back(struct dl_phdr_info *info, size_t size G_GNUC_UNUSED, void *user G_GNUC_UNUSED)
{
    guintptr page = (guintptr)sysconf(_SC_PAGESIZE);
    for (guint i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0 || segment->p_memsz < MIN_SEGMENT)
            continue;
        guintptr begin = ((guintptr)info->dlpi_addr + segment->p_vaddr) / page * page;
        guintptr end = (guintptr)info->dlpi_addr + segment->p_vaddr + segment->p_memsz;
        madvise((void *)begin, end - begin, MADV_DONTNEED); /* should it fail, they stay */
    }
    return 0;
}

void wssc_resident_give_back(void)
{
    dl_iterate_phdr(give_back, NULL);
}
