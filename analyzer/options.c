/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "settings.h"

static struct {
    char *format, *color, *fail_on;
    char *file; /* that stood behind --explain */
    gboolean no_progress, no_triage;
    int jobs;
} raw;

static WsscOptions opts;

#define NOT_GIVEN G_MININT

static const GOptionEntry common[] = {
    {"keys", 'k', 0, G_OPTION_ARG_FILENAME_ARRAY, &opts.key_files, "Key file, private key or certificates (repeatable)",
     "FILE"},
    {"tls-keylog", 0, 0, G_OPTION_ARG_FILENAME, &opts.engine.tls_keylog, "TLS key log (SSLKEYLOGFILE form)", "FILE"},
    {"filter", 'Y', 0, G_OPTION_ARG_STRING, &opts.engine.filter,
     "Only what frames that match this display filter carry", "FILTER"},
    {"preference", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &opts.engine.preferences, "Set a preference of Wireshark",
     "NAME:VALUE"},
    {"decode-as", 'd', 0, G_OPTION_ARG_STRING_ARRAY, &opts.engine.decode_as,
     "Decode As, as tshark has it: TABLE==VALUE,PROTOCOL", "RULE"},
    {"profile", 'C', 0, G_OPTION_ARG_FILENAME, &opts.engine.profile_dir,
     "Read Wireshark's settings from there (default: nowhere)", "DIR"},
    {"bound", 0, 0, G_OPTION_ARG_STRING_ARRAY, &opts.bounds, "Set a bound of rules (wssc findings --list-bounds)",
     "NAME=VALUE"},
    {"limit", 0, 0, G_OPTION_ARG_STRING_ARRAY, &opts.limits, "Set a limit (wssc --list-limits)", "NAME=VALUE"},
    {"strict", 0, 0, G_OPTION_ARG_NONE, &opts.is_strict, "Try no known habits of stacks, only the specifications",
     NULL},
    {"format", 0, 0, G_OPTION_ARG_STRING, &raw.format, "table, json, ndjson or csv", "FORMAT"},
    {"color", 0, 0, G_OPTION_ARG_STRING, &raw.color, "auto, always or never", "WHEN"},
    {"jobs", 'j', 0, G_OPTION_ARG_INT, &raw.jobs, "Processes that dissect (default: by the processors)", "N"},
    {"no-triage", 0, 0, G_OPTION_ARG_NONE, &raw.no_triage,
     "Dissect every frame, also what is known to hold no messages", NULL},
    {"no-progress", 0, 0, G_OPTION_ARG_NONE, &raw.no_progress, "No progress bar", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

/* A list may be wanted as the document that is made from it. */
static gboolean read_list(const char *value, gboolean *ret_wanted, const char *option, GError **error)
{
    *ret_wanted = TRUE;
    opts.is_markdown = value != NULL;
    if (value == NULL || strcmp(value, "markdown") == 0)
        return TRUE;
    g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "%s \"%s\": not markdown", option, value);
    return FALSE;
}

static gboolean read_list_findings(const char *option, const char *value, gpointer user G_GNUC_UNUSED, GError **error)
{
    return read_list(value, &opts.list_findings, option, error);
}

static gboolean read_list_limits(const char *option, const char *value, gpointer user G_GNUC_UNUSED, GError **error)
{
    return read_list(value, &opts.list_limits, option, error);
}

static gboolean read_list_causes(const char *option, const char *value, gpointer user G_GNUC_UNUSED, GError **error)
{
    return read_list(value, &opts.list_causes, option, error);
}

static const GOptionEntry context_entries[] = {
    {"context", 0, 0, G_OPTION_ARG_STRING, &opts.context, "Only this context", "IDENTIFIER"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

/* Without a file: what the capture itself shows. */
static gboolean read_expect(const char *option G_GNUC_UNUSED, const char *value, gpointer user G_GNUC_UNUSED,
                            GError **error G_GNUC_UNUSED)
{
    g_free(opts.expect);
    opts.expect = g_strdup(value != NULL ? value : WSSC_EXPECT_CAPTURE);
    return TRUE;
}

static const GOptionEntry binding_entries[] = {
    {"emit", 0, 0, G_OPTION_ARG_STRING, &opts.emit, "Write it down as c, wcf or policy", "FORM"},
    {"expect", 0, G_OPTION_FLAG_OPTIONAL_ARG | G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer)read_expect,
     "Compare with a WSDL's policy, or what the capture shows", "FILE|capture"},
    {"endpoint", 0, 0, G_OPTION_ARG_STRING, &opts.endpoint, "Only this address of a service", "URL"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static gboolean read_explain(const char *name, const char *value, gpointer data, GError **error);

static const GOptionEntry explain_entries[] = {{"explain", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK,
                                                (gpointer)read_explain, "Show every step of that frame's signatures",
                                                "FRAME"},
                                               {NULL, 0, 0, 0, NULL, NULL, NULL}};

static const GOptionEntry verify_entries[] = {{"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &opts.ca_file,
                                               "Say whether certificates are trusted by these (PEM)", "FILE"},
                                              {NULL, 0, 0, 0, NULL, NULL, NULL}};

static const GOptionEntry fail_entries[] = {
    {"fail-on", 0, 0, G_OPTION_ARG_STRING, &raw.fail_on, "Status 1 on a finding of chat, note, warn, error or worse",
     "SEVERITY"},
    {"list-findings", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, read_list_findings,
     "List what can be found; =markdown: as docs/findings.md", NULL},
    {"list-bounds", 0, 0, G_OPTION_ARG_NONE, &opts.list_bounds, "List the bounds that rules compare with", NULL},
    {"list-limits", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, read_list_limits,
     "What keeps hostile input cheap; =markdown: as docs/limits.md", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static const GOptionEntry why_entries[] = {
    {"frame", 0, 0, G_OPTION_ARG_INT, &opts.frame, "Only what shows in that frame", "FRAME"},
    {"list-causes", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, read_list_causes,
     "List the causes that can be told; =markdown: as docs/causes.md", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static const GOptionEntry emit_entries[] = {
    {"emit-keys", 0, 0, G_OPTION_ARG_NONE, &opts.emit_keys, "Write keys themselves into key events", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

/* Its -o is the page, not a preference of Wireshark. */
static const GOptionEntry report_entries[] = {
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &opts.output, "The page to write; - is standard output", "FILE"},
    {"messages", 0, 0, G_OPTION_ARG_STRING, &opts.messages, "Messages in it: troubled (default), all or none", "WHICH"},
    {"compare", 0, 0, G_OPTION_ARG_FILENAME, &opts.compare, "Also what differs in that capture", "FILE"},
    {"show-secrets", 0, 0, G_OPTION_ARG_NONE, &opts.show_secrets, "Show key material and passwords in messages", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static const GOptionEntry inject_entries[] = {
    {"keys", 'k', 0, G_OPTION_ARG_FILENAME_ARRAY, &opts.key_files, "Key file (repeatable; default: standard input)",
     "FILE"},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &opts.output, "The capture to write; - is standard output", "FILE"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static const GOptionEntry extract_entries[] = {
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &opts.output, "Write the capture without them there", "FILE"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static const GOptionEntry decode_entries[] = {
    {"xml", 0, 0, G_OPTION_ARG_NONE, &opts.is_xml, "Only the equivalent XML text", NULL},
    {"from", 0, 0, G_OPTION_ARG_STRING, &opts.from, "What the file is: xml, nbfs, nettcp, http, har, ...", "FORM"},
    {"dictionary", 0, 0, G_OPTION_ARG_FILENAME, &opts.dictionary, "Further strings, one a line; the i-th has id 2i+1",
     "FILE"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static const GOptionEntry derive_entries[] = {
    {"client-entropy", 0, 0, G_OPTION_ARG_STRING, &opts.client_entropy, "Requestor's entropy", "OCTETS"},
    {"server-entropy", 0, 0, G_OPTION_ARG_STRING, &opts.server_entropy, "Issuer's entropy", "OCTETS"},
    {"size", 0, 0, G_OPTION_ARG_INT, &opts.bits, "Bits of the context key (256)", "BITS"},
    {"secret", 0, 0, G_OPTION_ARG_STRING, &opts.secret, "Secret to derive from", "OCTETS"},
    {"label", 0, 0, G_OPTION_ARG_STRING, &opts.label, "Label (the specification's)", "TEXT"},
    {"nonce", 0, 0, G_OPTION_ARG_STRING, &opts.nonce, "Nonce", "OCTETS"},
    {"offset", 0, 0, G_OPTION_ARG_INT, &opts.offset, "Offset in octets (0)", "N"},
    {"generation", 0, 0, G_OPTION_ARG_INT, &opts.generation, "Generation, in place of an offset", "N"},
    {"length", 0, 0, G_OPTION_ARG_INT, &opts.length, "Octets to derive (32)", "N"},
    {"password", 0, 0, G_OPTION_ARG_STRING, &opts.password, "Password of a UsernameToken", "TEXT"},
    {"salt", 0, 0, G_OPTION_ARG_STRING, &opts.salt, "Its salt", "OCTETS"},
    {"iterations", 0, 0, G_OPTION_ARG_INT, &opts.iterations, "Its iterations (1000)", "N"},
    {"encrypted-key", 0, 0, G_OPTION_ARG_STRING, &opts.encrypted_key,
     "CipherValue of an EncryptedKey: its EncryptedKeySHA1", "OCTETS"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static gboolean fail(GError **error, const char *option, const char *value, const char *wanted)
{
    g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "%s \"%s\": not %s", option, value, wanted);
    return FALSE;
}

static gboolean read_format(GError **error)
{
    static const char *const names[] = {"table", "json", "ndjson", "csv"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (raw.format == NULL || strcmp(raw.format, names[i]) == 0) {
            opts.format = raw.format == NULL ? WSSC_FORMAT_TABLE : (WsscFormat)i;
            return TRUE;
        }
    }
    return fail(error, "--format", raw.format, "table, json, ndjson or csv");
}

/* As https://no-color.org has it: present and not empty. */
static gboolean is_set(const char *variable)
{
    const char *value = g_getenv(variable);
    return value != NULL && *value != '\0';
}

/* Tables are as wide as they are; sentences keep within the terminal. */
static guint terminal_columns(void)
{
    struct winsize size = {0};
    const char *told = g_getenv("COLUMNS");
    guint64 columns = told != NULL ? g_ascii_strtoull(told, NULL, 10) : 0;
    if (!isatty(STDOUT_FILENO))
        return 0;
    if (columns == 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    return columns != 0 ? (guint)CLAMP(columns, 60, 160) : 0;
}

static gboolean read_color(GError **error)
{
    if (raw.color == NULL || strcmp(raw.color, "auto") == 0)
        opts.color = isatty(STDOUT_FILENO) && !is_set("NO_COLOR") && g_strcmp0(g_getenv("TERM"), "dumb") != 0;
    else if (strcmp(raw.color, "always") == 0)
        opts.color = TRUE;
    else if (strcmp(raw.color, "never") != 0)
        return fail(error, "--color", raw.color, "auto, always or never");
    return TRUE;
}

/* A file of one message has but one frame: "--explain FILE" is what people write then. */
static gboolean read_explain(const char *name G_GNUC_UNUSED, const char *value, gpointer data G_GNUC_UNUSED,
                             GError **error)
{
    char *end = NULL;
    gint64 frame = value != NULL ? g_ascii_strtoll(value, &end, 10) : 1;
    gboolean is_number = value == NULL || (end != value && *end == '\0');
    opts.has_explain = TRUE;
    opts.explain_frame = is_number ? (int)CLAMP(frame, -1, G_MAXINT) : 1;
    if (is_number || g_file_test(value, G_FILE_TEST_EXISTS) || strcmp(value, "-") == 0) {
        raw.file = is_number ? raw.file : g_strdup(value);
        return TRUE;
    }
    return fail(error, "--explain", value, "a frame number");
}

/* GLib names an unknown option without quotes. */
static gboolean quote_option(const char *command, GError **error)
{
    if (error == NULL || !g_error_matches(*error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
        return FALSE;
    const char *dash = strchr((*error)->message, '-');
    g_autofree char *option = g_strdup(dash != NULL ? dash : (*error)->message);
    g_clear_error(error);
    g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "\"%s\": no such option (see wssc %s%s--help)",
                option, command, *command != '\0' ? " " : "");
    return FALSE;
}

static gboolean check_numbers(GError **error)
{
    const struct {
        const char *option;
        int value, least;
        const char *wanted;
    } numbers[] = {
        {"--explain", opts.explain_frame, 1, "a frame number"},
        {"--frame", opts.frame, 1, "a frame number"},
        {"--size", opts.bits, 8, "a number of bits"},
        {"--offset", opts.offset, -1, "an offset"},
        {"--generation", opts.generation, -1, "a generation"},
        {"--length", opts.length, 1, "a number of octets"},
        {"--iterations", opts.iterations, 1, "a number of iterations"},
        {"--jobs", raw.jobs, 1, "a number of processes"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autofree char *value = g_strdup_printf("%d", numbers[i].value);
        if (numbers[i].value != NOT_GIVEN && numbers[i].value < numbers[i].least)
            return fail(error, numbers[i].option, value, numbers[i].wanted);
    }
    if (opts.explain_frame == NOT_GIVEN)
        opts.explain_frame = 0;
    if (opts.frame == NOT_GIVEN)
        opts.frame = 0;
    return TRUE;
}

/* What is written in one form only. */
static gboolean check_format(const char *command, GError **error)
{
    if (raw.format == NULL || opts.format == WSSC_FORMAT_TABLE)
        return TRUE;
    if (strcmp(command, "keys") == 0)
        return fail(error, "--format", raw.format, "for wssc keys, which writes a key file");
    if (opts.explain_frame != 0)
        return fail(error, "--format", raw.format, "for --explain, which writes text");
    if (opts.is_xml)
        return fail(error, "--format", raw.format, "for --xml, which writes XML");
    return TRUE;
}

static const struct {
    guint what;
    const GOptionEntry *entries;
} groups[] = {
    {WSSC_TAKES_CONTEXT, context_entries},
    {WSSC_TAKES_VERIFY, verify_entries},
    {WSSC_TAKES_EXPLAIN, explain_entries},
    {WSSC_TAKES_FAIL_ON, fail_entries},
    {WSSC_TAKES_EMIT_KEYS, emit_entries},
    {WSSC_TAKES_DECODE, decode_entries},
    {WSSC_TAKES_DERIVE, derive_entries},
    {WSSC_TAKES_BINDING, binding_entries},
    {WSSC_TAKES_WHY, why_entries},
    {WSSC_TAKES_REPORT, report_entries},
    {WSSC_TAKES_INJECT, inject_entries},
    {WSSC_TAKES_EXTRACT, extract_entries},
    {WSSC_TAKES_FILES, common},
};

/* wssc report has another -o; there a preference has its long name only. */
static GOptionEntry entry_for(const GOptionEntry *entry, guint takes)
{
    GOptionEntry shown = *entry;
    if ((takes & WSSC_TAKES_REPORT) && entry->arg_data == &opts.engine.preferences)
        shown.short_name = 0;
    return shown;
}

void wssc_options_foreach(guint takes, WsscEachOption each, gpointer user)
{
    for (guint i = 0; i < G_N_ELEMENTS(groups); i++)
        for (const GOptionEntry *entry = groups[i].entries; (takes & groups[i].what) && entry->long_name != NULL;
             entry++) {
            GOptionEntry shown = entry_for(entry, takes);
            each(&shown, user);
        }
}

static void add_entry(const GOptionEntry *entry, gpointer context)
{
    GOptionEntry one[2] = {*entry, {NULL, 0, 0, 0, NULL, NULL, NULL}};
    g_option_context_add_main_entries(context, one, NULL);
}

static char **all_files(char **given)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    if (raw.file != NULL)
        g_ptr_array_add(files, raw.file);
    for (; *given != NULL; given++)
        g_ptr_array_add(files, g_strdup(*given));
    g_ptr_array_add(files, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&files), FALSE);
}

gboolean wssc_options_parse(int argc, char **argv, const char *command, const char *summary, const char *example,
                            guint takes, WsscOptions *ret_options, GError **error)
{
    g_autofree char *usage = g_strdup_printf("%s%s", command,
                                             takes & WSSC_TAKES_TWO                         ? " A B"
                                             : takes & (WSSC_TAKES_DECODE | WSSC_TAKES_ONE) ? " FILE|-"
                                             : takes & WSSC_TAKES_FILES                     ? " FILE..."
                                                                                            : "");
    g_autoptr(GOptionContext) context = g_option_context_new(usage);

    opts.explain_frame = opts.frame = raw.jobs = NOT_GIVEN;
    opts.offset = opts.generation = -1;
    opts.length = 32;
    opts.bits = 256;
    opts.iterations = 1000;
    g_autofree char *shown_example = g_strdup_printf("Example: %s", example);
    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, shown_example);
    wssc_options_foreach(takes, add_entry, context);
    g_set_prgname("wssc");
    if (!g_option_context_parse(context, &argc, &argv, error))
        return quote_option(command, error);
    if (!read_format(error) || !read_color(error) || !check_numbers(error) || !wssc_settings_check(&opts, error) ||
        !check_format(command, error))
        return FALSE;
    opts.has_fail_on = raw.fail_on != NULL;
    if (opts.has_fail_on && !wssc_severity_from_name(raw.fail_on, &opts.fail_on))
        return fail(error, "--fail-on", raw.fail_on, "chat, note, warn or error");
    opts.columns = terminal_columns();
    opts.engine.no_triage = raw.no_triage;
    opts.engine.jobs = raw.jobs != NOT_GIVEN ? MIN((guint)raw.jobs, WSSC_MAX_JOBS) : 0;
    opts.engine.show_progress = !raw.no_progress && isatty(STDERR_FILENO);
    opts.files = all_files(argv + 1);
    if (!(takes & (WSSC_TAKES_FILES | WSSC_TAKES_ONE)) && opts.files[0] != NULL)
        return fail(error, "argument", opts.files[0], "an option (this command reads no file)");
    if ((takes & WSSC_TAKES_ONE) && opts.files[0] != NULL && opts.files[1] != NULL)
        return fail(error, "argument", opts.files[1], "taken (this command reads one file)");
    if ((takes & (WSSC_TAKES_FILES | WSSC_TAKES_ONE)) && opts.files[0] == NULL && !wssc_settings_are_asked_for(&opts) &&
        !opts.list_causes) {
        g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "no file given (see wssc %s%s--help)", command,
                    *command != '\0' ? " " : "");
        return FALSE;
    }
    *ret_options = opts;
    return TRUE;
}
