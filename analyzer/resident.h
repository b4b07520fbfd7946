/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of the shared libraries stays in memory.
 */
#ifndef WSSC_ANALYZER_RESIDENT_H
#define WSSC_ANALYZER_RESIDENT_H

/* The pages of libraries that nobody can have changed are given back: they are read again from the file, or the
 * kernel's copy of it, when somebody wants them. At the beginning those are libwireshark's relocations, 36 MB that the
 * dynamic linker alone looks at; after libwireshark's start, what its dissectors say of themselves. */
void wssc_resident_give_back(void);

#endif
