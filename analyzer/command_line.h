/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc's command line: what to do, and with what.
 */
#ifndef WSSC_ANALYZER_COMMAND_LINE_H
#define WSSC_ANALYZER_COMMAND_LINE_H

/* Does what it says; returns the process's exit status. Once in a process. */
int wssc_command_line(int argc, char **argv);

#endif
