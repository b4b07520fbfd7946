/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The analyzer, linked so that it counts the frames that it has libwireshark dissect, and how often that begins anew,
 * and tells both numbers in the file that WSSC_COUNT names.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "command_line.h"

/* libwireshark's, of five or six arguments with its version, all of them pointers or numbers. */
void __real_epan_dissect_run_with_taps(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);
void __wrap_epan_dissect_run_with_taps(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);

uintptr_t __real_epan_new(uintptr_t, uintptr_t);
uintptr_t __wrap_epan_new(uintptr_t, uintptr_t);

static unsigned long count, beginnings;

void __wrap_epan_dissect_run_with_taps(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e, uintptr_t f)
{
    count++;
    __real_epan_dissect_run_with_taps(a, b, c, d, e, f);
}

uintptr_t __wrap_epan_new(uintptr_t a, uintptr_t b)
{
    beginnings++;
    return __real_epan_new(a, b);
}

static void tell(void)
{
    const char *path = getenv("WSSC_COUNT");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;
    if (file == NULL)
        abort();
    fprintf(file, "%lu %lu\n", count, beginnings);
    fclose(file);
}

int main(int argc, char **argv)
{
    atexit(tell);
    return wssc_command_line(argc, argv);
}
