/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "capture_file.h"

#include "engine.h"

char *wssc_capture_error(int err, char *info)
{
    char *text = err == WTAP_ERR_SHORT_READ ? g_strdup("the file was cut short in the middle of a frame")
                                            : g_strdup_printf("%s%s%s", wtap_strerror(err), info != NULL ? ": " : "",
                                                              info != NULL ? info : "");
    g_free(info);
    return text;
}

gboolean wssc_capture_is_blob(wtap *wth)
{
    int encapsulation = wtap_file_encap(wth);
    return encapsulation == WTAP_ENCAP_MIME || encapsulation == WTAP_ENCAP_JSON || encapsulation == WTAP_ENCAP_RFC7468;
}

wtap *wssc_capture_open(const char *path, gboolean is_random, GError **error)
{
    int err = 0;
    char *info = NULL;
    wtap *wth = wtap_open_offline(path, WTAP_TYPE_AUTO, &err, &info, is_random);
    if (wth == NULL) {
        g_autofree char *why = wssc_capture_error(err, info);
        g_set_error_literal(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_FILE, why);
        return NULL;
    }
    if (!wssc_capture_is_blob(wth))
        return wth;
    wtap_close(wth);
    g_set_error_literal(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_FILE, "no capture");
    return NULL;
}
