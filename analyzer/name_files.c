/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "name_files.h"

#include <string.h>

#include <wsutil/filesystem.h>

#if WSSC_HAS_NAME_FILES

/*
 * Wireshark 4.0 reads these files when it starts and again before each capture: half of what a start costs, and 20 MB.
 * libwireshark asks libwsutil where its files are, by this name; as everywhere in ELF, a function of that name in the
 * program itself is asked instead.
 */
char *get_datafile_path(const char *filename) __attribute__((visibility("default")));

static gboolean is_left_out;

void wssc_name_files_leave_out(void)
{
    is_left_out = TRUE;
}

static gboolean has_names(const char *filename)
{
    static const char *const files[] = {"enterprises.tsv", "manuf", "services", "wka"};
    for (guint i = 0; i < G_N_ELEMENTS(files); i++)
        if (strcmp(filename, files[i]) == 0)
            return TRUE;
    return FALSE;
}

char *get_datafile_path(const char *filename)
{
    gboolean is_none = is_left_out && has_names(filename);
    return g_build_filename(is_none ? "/proc/self/no-names" : get_datafile_dir(), filename, NULL);
}

#else /* they are part of the library */

void wssc_name_files_leave_out(void)
{
}

#endif
