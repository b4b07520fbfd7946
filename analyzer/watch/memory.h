/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of the whole process.
 */
#ifndef WSSC_WATCH_MEMORY_H
#define WSSC_WATCH_MEMORY_H

/* All that was freed goes back to the kernel: behind something large that comes but once. */
void wssc_memory_give_back(void);

#endif
