/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "carry.h"

#include <string.h>

#include "binxml/envelope.h"
#include "draw.h"

static WsscBool free_octets(wmem_allocator_t *pool _U_, wmem_cb_event_t event _U_, void *data)
{
    g_bytes_unref(data);
    return FALSE;
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

gboolean wssc_carry_envelope(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, GBytes *octets,
                             WsscCarried *carried, WsscStringTable *session)
{
    gboolean is_multipart = wssc_envelope_is_multipart(carried->content_type);
    gboolean is_text = wssc_envelope_is_text(wssc_bytes_of(octets)) && session == NULL && !is_multipart;
    WsscXml *again = tree != NULL && !is_text ? read_again(octets, carried, session) : NULL;
    WsscEnvelope envelope = {.octets = NULL};
    char *damage = NULL;
    const WsscMessage *message;

    wssc_live_keep_xml(pinfo, again);
    carried->encoding = "text";
    if (!is_text) {
        g_autoptr(GError) error = NULL;
        if (!wssc_envelope_read(octets, carried->content_type, carried->charset, session, &envelope, &error))
            damage = wmem_strdup(pinfo->pool, error->message);
        carried->encoding = envelope.encoding;
        carried->xml = envelope.xml;
        g_clear_error(&error);
        wmem_register_callback(pinfo->pool, free_octets, envelope.octets);
        /* Other things than SOAP come in parts, too. */
        if (damage != NULL && is_multipart && strstr(carried->content_type, "soap") == NULL &&
            strstr(carried->content_type, "xop") == NULL) {
            wssc_xml_free(envelope.xml);
            return FALSE;
        }
        if (damage != NULL && carried->damage == NULL)
            carried->damage = damage;
    }
    message = wssc_live_message(pinfo, octets, carried);
    if (message == NULL)
        return FALSE;
    WsscXml *xml = again;
    if (is_text && tree != NULL && message->damage == NULL)
        xml = wssc_live_keep_xml(pinfo, wssc_xml_parse(octets, carried->charset, NULL));
    if (envelope.octets != NULL && envelope.octets != octets && tree != NULL)
        tvb = buffer_of(tvb, pinfo, envelope.octets, "Envelope");
    wssc_draw_message(tvb, pinfo, tree, message, xml);
    if (xml != NULL && xml->form == WSSC_XML_BINARY)
        wssc_draw_xml_text(tvb, pinfo, tree, xml);
    return TRUE;
}
