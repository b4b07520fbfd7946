/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "libwireshark.h"

#include <errno.h>
#include <unistd.h>

#include <epan/addr_resolv.h>
#include <epan/prefs.h>
#include <glib/gstdio.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>

#include "decode_as.h"
#include "dissect.h"
#include "field_names.h"
#include "name_files.h"
#include "resident.h"
#include "watch/loss.h"

static struct {
    gboolean is_prepared, is_begun;
} done; /* once in a process, or in one that it was forked from */

static void register_dissectors(void)
{
    static proto_plugin ours;
    ours.register_protoinfo = wssc_dissect_register;
    ours.register_handoff = wssc_dissect_handoff;
    proto_register_plugin(&ours);
}

gboolean wssc_libwireshark_set(const char *setting, GError **error)
{
    g_autofree char *copy = g_strdup(setting);
    char *message = NULL;
    prefs_set_pref_e result = prefs_set_pref(copy, &message);
    if (result != PREFS_SET_OK)
        g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "-o \"%s\": %s", setting,
                    result == PREFS_SET_NO_SUCH_PREF ? "there is no such preference"
                    : message != NULL                ? message
                                                     : "not of the form name:value");
    g_free(message);
    return result == PREFS_SET_OK;
}

static gboolean set_preferences(const WsscEngineOptions *options, GError **error)
{
    GStatBuf status;
    /* It inflates without a bound: bodies of ours are inflated before it (plugin/http_front.h). */
    if (!wssc_libwireshark_set("http.decompress_body:FALSE", error))
        return FALSE;
    if (options->tls_keylog != NULL) {
        g_autofree char *setting = g_strdup_printf("tls.keylog_file:%s", options->tls_keylog);
        if (g_access(options->tls_keylog, R_OK) != 0) {
            g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "TLS key log \"%s\": %s",
                        options->tls_keylog, g_strerror(errno));
            return FALSE;
        }
        /* libwireshark would read it to an end that never comes. */
        if (g_stat(options->tls_keylog, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
            g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "TLS key log \"%s\": is no file",
                        options->tls_keylog);
            return FALSE;
        }
        if (!wssc_libwireshark_set(setting, error))
            return FALSE;
    }
    for (char **p = options->preferences; p != NULL && *p != NULL; p++)
        if (!wssc_libwireshark_set(*p, error))
            return FALSE;
    return TRUE;
}

/* The user's own Wireshark settings would make results differ from machine to machine. No configuration: a
 * directory that nobody can make. */
static void choose_profile(const WsscEngineOptions *options)
{
    g_setenv("WIRESHARK_CONFIG_DIR",
             options->profile_dir != NULL ? options->profile_dir : "/proc/self/no-configuration", TRUE);
}

/* Names of vendors are shown by fields of their own, which only a filter asks for. */
static gboolean wants_names(const WsscEngineOptions *options)
{
    for (char **p = options->preferences; p != NULL && *p != NULL; p++)
        if (g_str_has_prefix(*p, "nameres."))
            return TRUE;
    return options->filter != NULL || options->profile_dir != NULL;
}

void wssc_libwireshark_prepare(const char *program, const WsscEngineOptions *options)
{
    wssc_resident_give_back();
    choose_profile(options);
    if (!wants_names(options))
        wssc_name_files_leave_out();
    if (done.is_prepared)
        return;
    done.is_prepared = TRUE;
    wssc_log_init();
    ws_log_set_level(LOG_LEVEL_CRITICAL);
    init_process_policies();
    g_free(wssc_configuration_init(program));
    wtap_init(FALSE);
}

gboolean wssc_libwireshark_begin(const WsscEngineOptions *options)
{
    if (done.is_begun)
        return TRUE;
    register_dissectors();
    /* What else is in a profile may have fields of its own. */
    wssc_field_names_trust(options->profile_dir == NULL);
    done.is_begun = epan_init(NULL, NULL, FALSE);
    wssc_field_names_trust(FALSE);
    return done.is_begun;
}

gboolean wssc_libwireshark_start(const WsscEngineOptions *options, GError **error)
{
    if (!wssc_libwireshark_begin(options)) {
        g_set_error_literal(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "libwireshark does not start");
        return FALSE;
    }
    epan_load_settings();
    disable_name_resolution();
    if (!set_preferences(options, error))
        return FALSE;
    prefs_apply_all();
    g_autofree char *problem = wssc_loss_register();
    if (problem != NULL) {
        g_set_error_literal(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, problem);
        return FALSE;
    }
    for (char **p = options->decode_as; p != NULL && *p != NULL; p++)
        if (!wssc_decode_as(*p, error))
            return FALSE;
    wssc_resident_give_back();
    return TRUE;
}
