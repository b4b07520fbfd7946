/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A library of its own, linked to the analyzer behind libwireshark, which the dynamic linker therefore relocates before
 * libwireshark, and which nobody calls.
 *
 * libwireshark has 32 MB of data in which the dynamic linker writes 1.5 million addresses at each start. Each of those
 * 8,000 pages is a page of the file until it writes there: the kernel steps in 8,000 times, which takes a quarter of
 * the start. Here that data is laid on large pages beforehand, all at once. What is private to the process anyway
 * becomes no larger by that.
 *
 * What can run at that time is what the dynamic linker asks for the address of a function that chooses its own
 * implementation (GNU_IFUNC). Should another order be kept somewhere, or the kernel refuse, the data stays as it is.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dl_iterate_phdr, mremap */
#endif
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_READ /* Linux 5.14 */
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

#define LARGE_PAGE ((uintptr_t)2 * 1024 * 1024) /* of x86-64 and, with pages of 4 KB, of AArch64 */
#define WORTHWHILE (2 * LARGE_PAGE)             /* of smaller segments few pages are large */

/* Memory that is there, at a place that lies to large pages as likeness does. NULL: it cannot be had. */
static unsigned char *large_memory(uintptr_t likeness, size_t len)
{
    size_t room = len + LARGE_PAGE;
    unsigned char *all = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    size_t before = (likeness - (uintptr_t)all) % LARGE_PAGE;
    unsigned char *at = all + before;
    if (before > 0)
        munmap(all, before);
    if (before < room - len)
        munmap(at + len, room - len - before);
    madvise(at, len, MADV_HUGEPAGE); /* should it fail, the pages are small, but there all the same */
    if (madvise(at, len, MADV_POPULATE_WRITE) == 0)
        return at;
    munmap(at, len);
    return NULL;
}

/* As it is in memory: the dynamic linker has noted things there. Whole pages of the file; behind them there may be
 * others. */
static void lay_on_large_pages(uintptr_t begin, uintptr_t end)
{
    size_t len = end - begin;
    unsigned char *large = large_memory(begin, len);
    if (large == NULL)
        return;
    madvise((void *)begin, len, MADV_POPULATE_READ);
    memcpy(large, (const void *)begin, len);
    if (mremap(large, len, len, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)begin) == MAP_FAILED)
        munmap(large, len);
}

static int look_at(struct dl_phdr_info *info, size_t size, void *user)
{
    const uintptr_t page = (uintptr_t)getauxval(AT_PAGESZ);
    (void)size;
    (void)user;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t begin = (info->dlpi_addr + segment->p_vaddr) / page * page;
        uintptr_t end = (info->dlpi_addr + segment->p_vaddr + segment->p_filesz) / page * page;
        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) != 0 && end > begin && end - begin >= WORTHWHILE)
            lay_on_large_pages(begin, end);
    }
    return 0;
}

typedef int Chosen(void);

static int nothing(void)
{
    return 0;
}

static Chosen *choose(void)
{
    dl_iterate_phdr(look_at, NULL);
    return nothing;
}

static int chosen(void) __attribute__((ifunc("choose")));

/* An address that the dynamic linker has to ask for. */
extern Chosen *const wssc_start_chosen;
__attribute__((visibility("default"))) Chosen *const wssc_start_chosen = chosen;
