/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "carry.h"

#include <string.h>

#include "carrier/envelope.h"
#include "documents.h"
#include "draw.h"
#include "has_crypto.h"
#include "nbfx.h"
#include "string_tables.h"

static WsscBool free_octets(wmem_allocator_t *pool _U_, wmem_cb_event_t event _U_, void *data)
{
    g_bytes_unref(data);
    return FALSE;
}

const char *wssc_carry_guess_type(WsscBytes octets)
{
    static const char mime[] = "MIME-Version:";
    if (octets.len > 0 && octets.data[0] == '<')
        return "application/soap+xml";
    if (octets.len >= strlen(mime) && memcmp(octets.data, mime, strlen(mime)) == 0)
        return "multipart/related";
    return octets.len > 1 && octets.data[0] == 0x56 && octets.data[1] == 0x02 ? "application/soap+msbin1"
                                                                              : "application/soap+msbinsession1";
}

/* Octets that do not stand in the frame get a buffer and a tab of their own. */
static tvbuff_t *buffer_of(tvbuff_t *tvb, packet_info *pinfo, GBytes *octets, const char *name)
{
    WsscBytes bytes = wssc_bytes_of(octets);
    guint8 *copy = wmem_memdup(pinfo->pool, bytes.data, bytes.len);
    tvbuff_t *own = tvb_new_child_real_data(tvb, copy, (guint)bytes.len, (gint)bytes.len);
    add_new_data_source(pinfo, own, name);
    return own;
}

/* Binary, compressed or in parts. FALSE when a multipart body is no SOAP message. */
static gboolean read_envelope(packet_info *pinfo, GBytes *octets, WsscCarried *carried, WsscStringTable *session,
                              WsscEnvelope *ret_envelope)
{
    GError *error = NULL;
    char *damage = NULL;

    if (!wssc_envelope_read(octets, carried->content_type, carried->charset, session, ret_envelope, &error)) {
        damage = wmem_strdup(pinfo->pool, error->message);
        g_error_free(error);
    }
    carried->encoding = ret_envelope->encoding;
    wmem_register_callback(pinfo->pool, free_octets, ret_envelope->octets);
    /* Other things than SOAP come in parts, too. */
    if (damage != NULL && wssc_envelope_is_multipart(carried->content_type) &&
        strstr(carried->content_type, "soap") == NULL && strstr(carried->content_type, "xop") == NULL) {
        wssc_xml_unref(ret_envelope->xml);
        return FALSE;
    }
    if (damage != NULL && carried->damage == NULL)
        carried->damage = damage;
    carried->xml = wssc_live_keep_xml(pinfo, ret_envelope->xml);
    return TRUE;
}

/* Text is read here where it is drawn or handed to a tap as well; else the session does it. */
static void read_text(packet_info *pinfo, GBytes *octets, WsscCarried *carried)
{
    GError *error = NULL;
    carried->xml = wssc_live_keep_xml(pinfo, wssc_xml_parse(octets, carried->charset, &error));
    if (error == NULL)
        return;
    carried->xml_error = wmem_strdup(pinfo->pool, error->message);
    g_error_free(error);
}

gboolean wssc_carry_envelope(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, GBytes *octets, WsscCarried *carried,
                             WsscStringTable *session)
{
    gboolean is_text = carried->is_opaque || (wssc_envelope_is_text(wssc_bytes_of(octets)) && session == NULL &&
                                              !wssc_envelope_is_multipart(carried->content_type));
    gboolean is_drawing = tree != NULL && proto_field_is_referenced(tree, proto_wssc) && !wssc_live_hands_over();
    WsscEnvelope envelope = {.octets = NULL};
    WsscStringsThen strings = {.table = session};
    gboolean is_soap;

    if (!wssc_has_crypto())
        return FALSE;
    if (session != NULL) {
        strings.number = wssc_string_tables_number(session);
        strings.count = wssc_string_table_count(session);
        strings.unknown = wssc_string_table_unknown_reason(session);
    }

    carried->encoding = WSSC_ENCODING_TEXT;
    if (!is_text && !read_envelope(pinfo, octets, carried, session, &envelope))
        return FALSE;
    if (is_text && (is_drawing || wssc_documents_are_wanted()) && carried->damage == NULL)
        read_text(pinfo, octets, carried);
    if (wssc_live_hand_over(pinfo, octets, carried, &strings, &is_soap))
        return is_soap;
    const WsscMessage *message = wssc_live_message(pinfo, octets, carried);
    if (message == NULL)
        return FALSE;
    WsscXml *drawn = is_drawing && !(is_text && message->damage != NULL) ? carried->xml : NULL;
    if (envelope.octets != NULL && envelope.octets != octets && tree != NULL)
        tvb = buffer_of(tvb, pinfo, envelope.octets, "Envelope");
    wssc_draw_message(tvb, pinfo, tree, message, drawn);
    wssc_documents_tap(pinfo, message, is_text && message->damage != NULL ? NULL : carried->xml);
    gboolean is_binary = wssc_encoding_is_binary(carried->encoding);
    if (is_binary && tree != NULL)
        wssc_nbfx_draw(tvb, pinfo, tree, envelope.octets, envelope.document, session);
    return TRUE;
}
