/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "commands.h"

static const struct {
    const char *name;
    int (*run)(const WsscOptions *options);
    guint takes;
    const char *help;
} commands[] = {
    {"contexts", wssc_command_contexts, WSSC_TAKES_FILES, "One row per security context"},
    {"timeline", wssc_command_timeline, WSSC_TAKES_FILES | WSSC_TAKES_CONTEXT, "Every event of each context, in order"},
    {"verify", wssc_command_verify, WSSC_TAKES_FILES | WSSC_TAKES_VERIFY | WSSC_TAKES_EXPLAIN | WSSC_WANTS_HYPOTHESES,
     "Every signature and its verdict; status 1 if any is invalid"},
    {"findings", wssc_command_findings, WSSC_TAKES_FILES | WSSC_TAKES_FAIL_ON,
     "Rules broken and facts worth attention"},
    {"why", wssc_command_why, WSSC_TAKES_FILES | WSSC_TAKES_CONTEXT | WSSC_TAKES_WHY | WSSC_WANTS_HYPOTHESES,
     "What went wrong and why, the most telling first"},
    {"binding", wssc_command_binding, WSSC_TAKES_FILES | WSSC_TAKES_CONTEXT | WSSC_TAKES_BINDING,
     "The WWSAPI security binding that the two ends must have been configured with"},
    {"events", wssc_command_events, WSSC_TAKES_FILES | WSSC_TAKES_EMIT_KEYS | WSSC_WANTS_HYPOTHESES,
     "Everything as NDJSON, one event a line"},
    {"report", wssc_command_report, WSSC_TAKES_FILES | WSSC_TAKES_REPORT | WSSC_WANTS_HYPOTHESES,
     "One self-contained HTML page: wssc report FILE... -o report.html"},
    {"decode", wssc_command_decode, WSSC_TAKES_FILES | WSSC_TAKES_DECODE | WSSC_TAKES_EXPLAIN,
     "One SOAP message from a file: readable XML and our view of it"},
    {"derive", wssc_command_derive, WSSC_TAKES_DERIVE, "The key calculator"},
    {"keys", wssc_command_keys, WSSC_TAKES_FILES, "The key file of what the capture itself reveals (secrets!)"},
};

static void print_help(void)
{
    printf("wssc %s: what happened to WS-SecureConversation security contexts in a capture\n\n"
           "  wssc %-8s %-10s Contexts, verdicts, findings\n",
           WSSC_VERSION, "", "FILE...");
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
        printf("  wssc %-8s %-10s %s\n", commands[i].name,
               commands[i].takes & WSSC_TAKES_DECODE  ? "FILE|-"
               : commands[i].takes & WSSC_TAKES_FILES ? "FILE..."
                                                      : "...",
               commands[i].help);
    printf("\n\"-\" is standard input. wssc COMMAND --help tells the options.\n"
           "Status: 0 done, 1 a check failed, 2 usage, 3 unreadable or damaged input.\n");
}

static int run(int argc, char **argv, const char *name, int (*command)(const WsscOptions *), guint takes,
               const char *help)
{
    g_autoptr(GError) error = NULL;
    WsscOptions options = {0};
    if (!wssc_options_parse(argc, argv, name, help, takes, &options, &error)) {
        fprintf(stderr, "wssc: %s\n", error->message);
        return WSSC_EXIT_USAGE;
    }
    options.wants_hypotheses = (takes & WSSC_WANTS_HYPOTHESES) != 0;
    return command(&options);
}

/* A bare word that is no file was meant as a command. */
static gboolean is_misspelt(const char *word)
{
    return strpbrk(word, "./-") == NULL && !g_file_test(word, G_FILE_TEST_EXISTS);
}

int main(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : NULL;
    if (first == NULL || strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0) {
        print_help();
        return first == NULL ? WSSC_EXIT_USAGE : WSSC_EXIT_DONE;
    }
    if (strcmp(first, "--version") == 0) {
        printf("wssc %s\n", WSSC_VERSION);
        return WSSC_EXIT_DONE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(first, commands[i].name) == 0)
            return run(argc - 1, argv + 1, commands[i].name, commands[i].run, commands[i].takes, commands[i].help);
    if (is_misspelt(first)) {
        fprintf(stderr, "wssc: \"%s\" is neither a command nor a file (see wssc --help)\n", first);
        return WSSC_EXIT_USAGE;
    }
    return run(argc, argv, "", wssc_command_summary, WSSC_TAKES_FILES | WSSC_TAKES_FAIL_ON,
               "Contexts, verdicts, findings");
}
