/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "completions.h"

#include <string.h>

#include "commands.h"

/* ---- bash ------------------------------------------------------------------------------------------------------- */

static void put_word(const GOptionEntry *entry, gpointer out)
{
    g_string_append_printf(out, " --%s", entry->long_name);
    if (entry->short_name != '\0')
        g_string_append_printf(out, " -%c", entry->short_name);
}

static void put_bash(GString *out)
{
    g_string_append(out, "# wssc: completions for bash\n_wssc()\n{\n"
                         "    local word=${COMP_WORDS[COMP_CWORD]} options= commands=\"");
    for (guint i = 1; i < wssc_command_count; i++)
        g_string_append_printf(out, "%s%s", i > 1 ? " " : "", wssc_commands[i].name);
    g_string_append(out, "\"\n    case ${COMP_WORDS[1]} in\n");
    for (guint i = 1; i <= wssc_command_count; i++) { /* what is done without a command comes last, for all else */
        const WsscCommand *command = &wssc_commands[i % wssc_command_count];
        g_string_append_printf(out, "    %s) options=\"--help", *command->name != '\0' ? command->name : "*");
        wssc_options_foreach(command->takes, put_word, out);
        g_string_append(out, "\" ;;\n");
    }
    g_string_append(out, "    esac\n    case $word in\n    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
                         "    *) COMPREPLY=($(compgen -f -- \"$word\"))\n"
                         "       [ \"$COMP_CWORD\" != 1 ] || COMPREPLY+=($(compgen -W \"$commands\" -- \"$word\")) ;;\n"
                         "    esac\n}\ncomplete -o filenames -F _wssc wssc\n");
}

/* ---- zsh -------------------------------------------------------------------------------------------------------- */

/* In single quotes, brackets and colons told apart. */
static void put_zsh_text(GString *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            g_string_append(out, "'\\''");
        else if (strchr("[]:\\", *text) != NULL)
            g_string_append_printf(out, "\\%c", *text);
        else
            g_string_append_c(out, *text);
    }
}

static void put_zsh_option(const GOptionEntry *entry, gpointer user)
{
    GString *out = user;
    g_string_append_printf(out, " \\\n      '*--%s[", entry->long_name);
    put_zsh_text(out, entry->description);
    g_string_append(out, "]");
    if (entry->arg_description != NULL)
        g_string_append_printf(out, ":%s:%s", entry->arg_description,
                               strstr(entry->arg_description, "FILE") != NULL ? "_files" : "");
    g_string_append(out, "'");
}

static void put_zsh(GString *out)
{
    g_string_append(out, "#compdef wssc\n# wssc: completions for zsh\n_wssc() {\n  local -a commands\n  commands=(\n");
    for (guint i = 1; i < wssc_command_count; i++) {
        g_string_append_printf(out, "    '%s:", wssc_commands[i].name);
        put_zsh_text(out, wssc_commands[i].help);
        g_string_append(out, "'\n");
    }
    g_string_append(out,
                    "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    _files\n    return\n  fi\n"
                    "  case $words[2] in\n");
    for (guint i = 1; i <= wssc_command_count; i++) {
        const WsscCommand *command = &wssc_commands[i % wssc_command_count];
        g_string_append_printf(out, "    %s) _arguments", *command->name != '\0' ? command->name : "*");
        wssc_options_foreach(command->takes, put_zsh_option, out);
        g_string_append(out, " '*:file:_files' ;;\n");
    }
    g_string_append(out, "  esac\n}\n_wssc \"$@\"\n");
}

/* ---- fish ------------------------------------------------------------------------------------------------------- */

typedef struct {
    GString *out;
    const char *command;
} Fish;

static void put_fish_text(GString *out, const char *text)
{
    g_string_append_c(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '\'');
}

static void put_fish_option(const GOptionEntry *entry, gpointer user)
{
    Fish *fish = user;
    if (*fish->command != '\0')
        g_string_append_printf(fish->out, "complete -c wssc -n '__fish_seen_subcommand_from %s'", fish->command);
    else
        g_string_append(fish->out, "complete -c wssc -n __fish_use_subcommand");
    g_string_append_printf(fish->out, " -l %s", entry->long_name);
    if (entry->short_name != '\0')
        g_string_append_printf(fish->out, " -s %c", entry->short_name);
    g_string_append(fish->out, entry->arg_description != NULL ? " -r -d " : " -d ");
    put_fish_text(fish->out, entry->description);
    g_string_append_c(fish->out, '\n');
}

static void put_fish(GString *out)
{
    g_string_append(out, "# wssc: completions for fish\n");
    for (guint i = 1; i < wssc_command_count; i++) {
        g_string_append_printf(out, "complete -c wssc -n __fish_use_subcommand -a %s -d ", wssc_commands[i].name);
        put_fish_text(out, wssc_commands[i].help);
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; i < wssc_command_count; i++) {
        Fish fish = {out, wssc_commands[i].name};
        wssc_options_foreach(wssc_commands[i].takes, put_fish_option, &fish);
    }
}

gboolean wssc_completions(const char *shell, GString *script)
{
    static const struct {
        const char *shell;
        void (*put)(GString *out);
    } shells[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}};
    for (guint i = 0; i < G_N_ELEMENTS(shells); i++) {
        if (g_strcmp0(shell, shells[i].shell) != 0)
            continue;
        shells[i].put(script);
        return TRUE;
    }
    return FALSE;
}
