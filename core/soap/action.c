/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "soap/action.h"

#include <string.h>

static const struct {
    const char *uri;
    WsscNs trust;
} bases[] = {
    {"http://schemas.xmlsoap.org/ws/2005/02/trust", WSSC_NS_WST_200502},
    {"http://docs.oasis-open.org/ws-sx/ws-trust/200512", WSSC_NS_WST_200512},
    /* The April 2004 drafts put "security" into the action base, not into the namespace. */
    {"http://schemas.xmlsoap.org/ws/2004/04/security/trust", WSSC_NS_WST_200404},
    {"http://schemas.xmlsoap.org/ws/2004/04/trust", WSSC_NS_WST_200404},
};

static const struct {
    const char *suffix;
    gsize len;
    WsscOperation operation;
    gboolean is_response, is_sct;
} actions[] = {
#define WSSC_ACTION(suffix, operation, is_response, is_sct)                                                            \
    {suffix, sizeof(suffix) - 1, WSSC_OPERATION_##operation, is_response, is_sct},
#include "soap/actions.def"
#undef WSSC_ACTION
};

static const struct {
    const char *suffix;
    WsscOperation operation;
} request_types[] = {
    {"/Issue", WSSC_OPERATION_ISSUE},
    {"/BatchIssue", WSSC_OPERATION_ISSUE},
    {"/Renew", WSSC_OPERATION_RENEW},
    {"/BatchRenew", WSSC_OPERATION_RENEW},
    {"/Cancel", WSSC_OPERATION_CANCEL},
    {"/BatchCancel", WSSC_OPERATION_CANCEL},
    {"/STSCancel", WSSC_OPERATION_CANCEL},
    {"/Validate", WSSC_OPERATION_VALIDATE},
    {"/BatchValidate", WSSC_OPERATION_VALIDATE},
    {"/KET", WSSC_OPERATION_KET},
};

static const char *const sct_types[] = {
    "http://schemas.xmlsoap.org/ws/2005/02/sc/sct",
    "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512/sct",
    "http://schemas.xmlsoap.org/ws/2004/04/security/sc/sct",
    "http://schemas.xmlsoap.org/ws/2004/04/sc/sct",
};

static const char *const operation_names[WSSC_OPERATION_MAX] = {
    "none", "issue", "amend", "renew", "cancel", "validate", "key-exchange",
};

const char *wssc_operation_name(WsscOperation operation)
{
    return operation_names[operation];
}

/* What follows a trust base, or NULL. */
static const char *after_base(const char *uri, WsscNs *ret_trust)
{
    for (guint i = 0; i < G_N_ELEMENTS(bases); i++) {
        gsize len = strlen(bases[i].uri);
        if (strncmp(uri, bases[i].uri, len) == 0 && uri[len] == '/') {
            *ret_trust = bases[i].trust;
            return uri + len;
        }
    }
    return NULL;
}

gboolean wssc_action_parse(const char *uri, WsscAction *ret_action)
{
    WsscNs trust = WSSC_NS_NONE;
    if (uri == NULL)
        return FALSE;
    g_autofree char *stripped = wssc_strip(uri);
    const char *suffix = after_base(stripped, &trust);
    if (suffix == NULL)
        return FALSE;
    gsize len = strlen(suffix);
    for (guint i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (actions[i].len == len && memcmp(actions[i].suffix, suffix, len) == 0) {
            *ret_action = (WsscAction){.trust = trust,
                                       .operation = actions[i].operation,
                                       .is_response = actions[i].is_response,
                                       .is_sct = actions[i].is_sct};
            return TRUE;
        }
    }
    return FALSE;
}

WsscOperation wssc_request_type_parse(const char *uri)
{
    WsscNs trust;
    if (uri == NULL)
        return WSSC_OPERATION_NONE;
    g_autofree char *stripped = wssc_strip(uri);
    const char *suffix = after_base(stripped, &trust);
    for (guint i = 0; suffix != NULL && i < G_N_ELEMENTS(request_types); i++)
        if (strcmp(request_types[i].suffix, suffix) == 0)
            return request_types[i].operation;
    return WSSC_OPERATION_NONE;
}

gboolean wssc_is_sct_type(const char *uri)
{
    for (guint i = 0; uri != NULL && i < G_N_ELEMENTS(sct_types); i++)
        if (strcmp(sct_types[i], uri) == 0)
            return TRUE;
    return FALSE;
}
