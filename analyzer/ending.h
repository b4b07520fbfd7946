/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is done at the end of the process.
 */
#ifndef WSSC_ANALYZER_ENDING_H
#define WSSC_ANALYZER_ENDING_H

#include <glib.h>

/* Whether memory is given back piece by piece, as those want who look for leaks: a build with sanitizers, or the
 * environment variable WSSC_FREE_ALL. Else the system takes it all at once, in a fraction of the time. */
static inline gboolean wssc_frees_all(void)
{
#ifdef WSSC_SANITIZE
    return TRUE;
#else
    return g_getenv("WSSC_FREE_ALL") != NULL;
#endif
}

#endif
