/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "carry.h"

#include <string.h>

#include "carrier/envelope.h"
#include "draw.h"
#include "nbfx.h"

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

/* The tree for drawing: read once more, since the session took over or freed the first one. A string table
 * is not added to twice: the caller gives a table as it was. */
static WsscXml *read_again(GBytes *octets, const WsscCarried *carried, WsscStringTable *session)
{
    WsscEnvelope envelope;
    guint count = session != NULL ? wssc_string_table_count(session) : 0;
    wssc_envelope_read(octets, carried->content_type, carried->charset, session, &envelope, NULL);
    g_bytes_unref(envelope.octets);
    if (session != NULL)
        wssc_string_table_truncate(session, count);
    return envelope.xml;
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
        wssc_xml_free(ret_envelope->xml);
        return FALSE;
    }
    if (damage != NULL && carried->damage == NULL)
        carried->damage = damage;
    return TRUE;
}

gboolean wssc_carry_envelope(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, GBytes *octets, WsscCarried *carried,
                             WsscStringTable *session)
{
    gboolean is_text = wssc_envelope_is_text(wssc_bytes_of(octets)) && session == NULL &&
                       !wssc_envelope_is_multipart(carried->content_type);
    gboolean is_feeding = wssc_live_is_feeding(pinfo);
    gboolean is_drawing = tree != NULL && proto_field_is_referenced(tree, proto_wssc);
    WsscEnvelope envelope = {.octets = NULL};
    WsscXml *drawn = NULL;
    gboolean is_soap;

    carried->encoding = WSSC_ENCODING_TEXT;
    if (!is_text) {
        if (is_drawing && is_feeding)
            drawn = wssc_live_keep_xml(pinfo, read_again(octets, carried, session));
        if (!read_envelope(pinfo, octets, carried, session, &envelope))
            return FALSE;
        if (is_feeding)
            carried->xml = envelope.xml;
        else
            drawn = wssc_live_keep_xml(pinfo, envelope.xml);
    }
    if (wssc_live_hand_over(pinfo, octets, carried, &is_soap))
        return is_soap;
    const WsscMessage *message = wssc_live_message(pinfo, octets, carried);
    if (message == NULL)
        return FALSE;
    if (is_text && is_drawing && message->damage == NULL)
        drawn = wssc_live_keep_xml(pinfo, wssc_xml_parse(octets, carried->charset, NULL));
    if (envelope.octets != NULL && envelope.octets != octets && tree != NULL)
        tvb = buffer_of(tvb, pinfo, envelope.octets, "Envelope");
    wssc_draw_message(tvb, pinfo, tree, message, drawn);
    gboolean is_binary = wssc_encoding_is_binary(carried->encoding);
    if (is_binary && tree != NULL)
        wssc_nbfx_draw(tvb, pinfo, tree, envelope.octets, envelope.document, session);
    return TRUE;
}
