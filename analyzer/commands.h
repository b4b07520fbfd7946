/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subcommands. Each gets the options as read and returns the process's exit status.
 */
#ifndef WSSC_ANALYZER_COMMANDS_H
#define WSSC_ANALYZER_COMMANDS_H

#include "options.h"

typedef struct {
    const char *name; /* "" for what is done without one */
    int (*run)(const WsscOptions *options);
    guint takes;
    const char *help, *example;
} WsscCommand;
/* In the order of the help; the one without a name first. */
extern const WsscCommand wssc_commands[];
extern const guint wssc_command_count;

int wssc_command_summary(const WsscOptions *options);
int wssc_command_contexts(const WsscOptions *options);
int wssc_command_timeline(const WsscOptions *options);
int wssc_command_verify(const WsscOptions *options);
int wssc_command_why(const WsscOptions *options);
int wssc_command_findings(const WsscOptions *options);
int wssc_command_binding(const WsscOptions *options);
int wssc_command_compare(const WsscOptions *options);
int wssc_command_report(const WsscOptions *options);
int wssc_command_events(const WsscOptions *options);
int wssc_command_keys(const WsscOptions *options);
int wssc_command_inject(const WsscOptions *options);
int wssc_command_extract(const WsscOptions *options);
int wssc_command_decode(const WsscOptions *options);
int wssc_command_derive(const WsscOptions *options);

#endif
