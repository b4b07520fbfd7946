/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "model/connection.h"

const char *wssc_sign_kind_name(WsscSignKind kind)
{
    static const char *const names[WSSC_SIGN_MAX] = {
        "refused", "fin", "reset", "tls-alert", "status", "framing-end", "framing-fault",
    };
    return names[kind];
}

const WsscSign *wssc_connection_sign(const WsscConnection *connection, WsscSignKind kind, gboolean is_from_server)
{
    for (guint i = 0; i < connection->signs->len; i++) {
        const WsscSign *sign = connection->signs->pdata[i];
        if (sign->kind == kind && sign->is_from_server == is_from_server)
            return sign;
    }
    return NULL;
}

static const struct {
    guint value;
    const char *name, *meaning;
} alerts[] = {
#define WSSC_TLS_ALERT(value, name, meaning) {value, name, meaning},
#include "model/tls_alerts.def"
#undef WSSC_TLS_ALERT
};

const char *wssc_tls_alert_name(guint description)
{
    for (guint i = 0; i < G_N_ELEMENTS(alerts); i++)
        if (alerts[i].value == description)
            return alerts[i].name;
    return NULL;
}

const char *wssc_tls_alert_meaning(guint description)
{
    for (guint i = 0; i < G_N_ELEMENTS(alerts); i++)
        if (alerts[i].value == description)
            return alerts[i].meaning;
    return NULL;
}

const char *wssc_tls_phase_name(WsscTlsPhase phase)
{
    static const char *const names[] = {[WSSC_TLS_NONE] = "none",
                                        [WSSC_TLS_HELLO] = "hello",
                                        [WSSC_TLS_ANSWERED] = "answered",
                                        [WSSC_TLS_DONE] = "done"};
    return names[phase];
}
