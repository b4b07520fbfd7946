/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What jemalloc is told when the process starts, before any allocation. What is freed is soon wanted again, and a
 * process of ours does not last: nothing is given back to the kernel, which would have to clear it anew. There is one
 * arena: each more has megabytes of its own that are half empty, and threads here hand on what they allocate.
 *
 * Large pages are not asked for. On a virtual machine whose host takes back memory that lies free, each one has to be
 * had from the host and cleared: a sixth of the time of a first run.
 */

/* jemalloc's own name for it (see jemalloc(3), "TUNING"). MALLOC_CONF in the environment still has the last word. */
extern const char *malloc_conf;
__attribute__((visibility("default"))) const char *malloc_conf = "dirty_decay_ms:-1,narenas:1";
