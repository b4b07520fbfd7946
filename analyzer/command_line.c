/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "command_line.h"

#include <epan/epan.h>
#include <json-glib/json-glib.h>
#include <libxml/parser.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "completions.h"
#include "settings.h"

static const char *files_of(const WsscCommand *command)
{
    if (command->takes & WSSC_TAKES_TWO)
        return "A B";
    return command->takes & (WSSC_TAKES_DECODE | WSSC_TAKES_ONE) ? "FILE|-"
           : command->takes & WSSC_TAKES_FILES                   ? "FILE..."
                                                                 : "...";
}

static void print_help(void)
{
    printf("wssc %s: what happened to WS-SecureConversation security contexts in a capture\n\n", WSSC_VERSION);
    for (guint i = 0; i < wssc_command_count; i++)
        printf("  wssc %-8s %-8s %s\n", wssc_commands[i].name, files_of(&wssc_commands[i]), wssc_commands[i].help);
    printf("\nA FILE is a capture, or what else holds messages: a SOAP file, a log, .svclog, HAR, .saz, ...;\n"
           "\"-\" is standard input. wssc COMMAND --help tells the options, wssc --version the libraries.\n"
           "Status: 0 done, 1 a check failed, 2 usage, 3 unreadable or damaged input.\n");
}

static void print_version(void)
{
    printf("wssc %s\n", WSSC_VERSION);
    printf("libwireshark %s, libxml2 %s, %s, GLib %u.%u.%u, json-glib %d.%d.%d\n", epan_get_version(), xmlParserVersion,
           OpenSSL_version(OPENSSL_VERSION), glib_major_version, glib_minor_version, glib_micro_version,
           JSON_MAJOR_VERSION, JSON_MINOR_VERSION, JSON_MICRO_VERSION);
}

static int print_completions(const char *shell)
{
    g_autoptr(GString) script = g_string_new(NULL);
    if (!wssc_completions(shell, script)) {
        fprintf(stderr, "wssc: --completions \"%s\": not bash, zsh or fish\n", shell != NULL ? shell : "");
        return WSSC_EXIT_USAGE;
    }
    fputs(script->str, stdout);
    return WSSC_EXIT_DONE;
}

static int run(int argc, char **argv, const WsscCommand *command)
{
    g_autoptr(GError) error = NULL;
    WsscOptions options = {0};
    if (!wssc_options_parse(argc, argv, command->name, command->help, command->example, command->takes, &options,
                            &error)) {
        fprintf(stderr, "wssc: %s\n", error->message);
        return WSSC_EXIT_USAGE;
    }
    if (wssc_settings_are_asked_for(&options)) {
        wssc_settings_list(&options);
        return WSSC_EXIT_DONE;
    }
    options.wants_hypotheses = (command->takes & WSSC_WANTS_HYPOTHESES) != 0;
    options.wants_only_rows = (command->takes & WSSC_TABLE_IS_ROWS) != 0;
    options.wants_only_verdicts = (command->takes & WSSC_IS_VERDICTS) != 0;
    options.wants_only_lists = (command->takes & WSSC_IS_LISTS) != 0;
    return command->run(&options);
}

/* A bare word that is no file was meant as a command. */
static gboolean is_misspelt(const char *word)
{
    return strpbrk(word, "./-") == NULL && !g_file_test(word, G_FILE_TEST_EXISTS);
}

int wssc_command_line(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : NULL;
    if (first == NULL || strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0) {
        print_help();
        return first == NULL ? WSSC_EXIT_USAGE : WSSC_EXIT_DONE;
    }
    if (strcmp(first, "--version") == 0) {
        print_version();
        return WSSC_EXIT_DONE;
    }
    if (strcmp(first, "--completions") == 0)
        return print_completions(argv[2]);
    for (guint i = 1; i < wssc_command_count; i++)
        if (strcmp(first, wssc_commands[i].name) == 0)
            return run(argc - 1, argv + 1, &wssc_commands[i]);
    if (is_misspelt(first)) {
        fprintf(stderr, "wssc: \"%s\" is neither a command nor a file (see wssc --help)\n", first);
        return WSSC_EXIT_USAGE;
    }
    return run(argc, argv, &wssc_commands[0]);
}
