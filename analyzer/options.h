/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line, read once.
 */
#ifndef WSSC_ANALYZER_OPTIONS_H
#define WSSC_ANALYZER_OPTIONS_H

#include "engine.h"
#include "findings/finding.h"
#include "rules/bounds.h"

typedef enum { WSSC_FORMAT_TABLE, WSSC_FORMAT_JSON, WSSC_FORMAT_NDJSON, WSSC_FORMAT_CSV } WsscFormat;

#define WSSC_EXPECT_CAPTURE "capture" /* what the capture itself shows */

typedef struct {
    WsscEngineOptions engine;
    char **files;     /* at least one, unless the command wants none */
    char **key_files; /* or NULL */
    WsscFormat format;
    gboolean color;
    guint columns;  /* of the terminal; 0: none, or not told */
    char *context;  /* --context */
    char *endpoint; /* --endpoint */
    gboolean has_explain;
    char *emit;        /* --emit */
    char *expect;      /* --expect: a file, or WSSC_EXPECT_CAPTURE */
    int explain_frame; /* --explain; 0: none */
    int frame;         /* --frame; 0: any */
    char *ca_file;     /* --ca-file */
    gboolean has_fail_on;
    WsscSeverity fail_on; /* --fail-on */
    gboolean list_findings, list_bounds, list_limits, emit_keys;
    gboolean list_causes;
    gboolean is_markdown;      /* of a list: the document made from it */
    char **bounds;             /* --bound, each "name=value" with a known name and a number; or NULL */
    char **limits;             /* --limit, in the same way */
    gboolean wants_hypotheses; /* of the command, not of the line; so is */
    gboolean wants_only_rows;  /* ... as a table */
    gboolean wants_only_verdicts;
    gboolean wants_only_lists; /* ... of all messages */
    gboolean is_strict;        /* --strict */
    gboolean is_xml;           /* decode --xml */
    char *from, *dictionary;
    char *output, *messages; /* report; inject and extract have an output, too */
    char *compare;           /* report --compare */
    gboolean show_secrets;
    /* derive */
    char *client_entropy, *server_entropy, *secret, *label, *nonce, *password, *salt, *encrypted_key;
    int bits, offset, generation, length, iterations;
} WsscOptions;

/* Statuses of the process. */
enum {
    WSSC_EXIT_DONE = 0,
    WSSC_EXIT_CHECK_FAILED = 1,
    WSSC_EXIT_USAGE = 2,
    WSSC_EXIT_DAMAGED = 3,
};

/* What a command takes beyond the common options. */
enum {
    WSSC_TAKES_FILES = 1 << 0,
    WSSC_TAKES_CONTEXT = 1 << 1,
    WSSC_TAKES_VERIFY = 1 << 2,
    WSSC_TAKES_FAIL_ON = 1 << 3,
    WSSC_TAKES_EMIT_KEYS = 1 << 4,
    WSSC_TAKES_DECODE = 1 << 5,
    WSSC_TAKES_DERIVE = 1 << 6,
    WSSC_TAKES_BINDING = 1 << 8,
    WSSC_TAKES_WHY = 1 << 9,
    WSSC_TAKES_EXPLAIN = 1 << 10,
    WSSC_TAKES_REPORT = 1 << 12,
    WSSC_TAKES_TWO = 1 << 13, /* files, neither more nor less */
    WSSC_TAKES_ONE = 1 << 14, /* pcapng file, without any analysis */
    WSSC_TAKES_INJECT = 1 << 15,
    WSSC_TAKES_EXTRACT = 1 << 16,
    WSSC_TABLE_IS_ROWS = 1 << 17,   /* its table shows no more than a row a context: a session may let go of the rest */
    WSSC_IS_VERDICTS = 1 << 19,     /* nothing but rows of verdicts: the same */
    WSSC_IS_LISTS = 1 << 18,        /* verdicts, findings or events: what else messages say may be let go of */
    WSSC_WANTS_HYPOTHESES = 1 << 7, /* its output tells what would make invalid signatures fit: looked for at a cost */
};

/* Reads argv (its first element is the command or program name). summary and example are shown by --help. FALSE with
 * what is wrong. Strings live as long as the process. */
gboolean wssc_options_parse(int argc, char **argv, const char *command, const char *summary, const char *example,
                            guint takes, WsscOptions *ret_options, GError **error);

/* Every option of a command that takes these, its own before the common ones. */
typedef void (*WsscEachOption)(const GOptionEntry *entry, gpointer user);
void wssc_options_foreach(guint takes, WsscEachOption each, gpointer user);

#endif
