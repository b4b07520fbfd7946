/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The analyzer, linked so that it counts the frames that it has libwireshark dissect, and how often that begins anew,
 * in all of its processes, and tells both numbers in the file that WSSC_COUNT names.
 */
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "command_line.h"

/* libwireshark's, of five or six arguments with its version, all of them pointers or numbers. */
void __real_epan_dissect_run_with_taps(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);
void __wrap_epan_dissect_run_with_taps(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);

uintptr_t __real_epan_new(uintptr_t, uintptr_t);
uintptr_t __wrap_epan_new(uintptr_t, uintptr_t);

/* Shared with processes that are forked. */
static struct {
    atomic_ulong frames, beginnings;
} * count;

void __wrap_epan_dissect_run_with_taps(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e, uintptr_t f)
{
    count->frames++;
    __real_epan_dissect_run_with_taps(a, b, c, d, e, f);
}

uintptr_t __wrap_epan_new(uintptr_t a, uintptr_t b)
{
    count->beginnings++;
    return __real_epan_new(a, b);
}

static void tell(void)
{
    const char *path = getenv("WSSC_COUNT");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;
    if (file == NULL)
        abort();
    fprintf(file, "%lu %lu\n", count->frames, count->beginnings);
    fclose(file);
}

int main(int argc, char **argv)
{
    count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (count == MAP_FAILED)
        return 1;
    atexit(tell);
    return wssc_command_line(argc, argv);
}
