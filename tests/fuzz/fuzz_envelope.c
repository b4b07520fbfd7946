/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a carrier's octets to a tree. The line in front is the content type; a "?" at its start makes a session of it,
 * and the same octets then come twice.
 */
#include "fuzz.h"

#include "carrier/envelope.h"
#include "carrier/mime.h"

static void read_once(GBytes *octets, const char *type, const char *charset, WsscStringTable *session)
{
    WsscEnvelope envelope = {0};
    g_autoptr(GError) error = NULL;
    gboolean is_ok = wssc_envelope_read(octets, type, charset, session, &envelope, &error);

    FUZZ_ASSERT(is_ok == (error == NULL) && (!is_ok || envelope.xml != NULL));
    FUZZ_ASSERT(envelope.octets != NULL && envelope.encoding < WSSC_ENCODING_MAX);
    FUZZ_ASSERT(envelope.document <= g_bytes_get_size(envelope.octets));
    if (envelope.xml != NULL)
        fuzz_check_spans(envelope.xml);
    wssc_xml_unref(envelope.xml);
    g_bytes_unref(envelope.octets);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    WsscBytes input = wssc_bytes(data, size);
    g_autofree char *parameter = fuzz_parameter(&input);
    gboolean is_session = parameter != NULL && *parameter == '?';
    const char *type = is_session ? parameter + 1 : parameter;
    g_autofree char *charset = wssc_mime_parameter(type, "charset");
    g_autoptr(GBytes) octets = fuzz_octets(input);
    g_autoptr(WsscStringTable) session = is_session ? wssc_string_table_new() : NULL;

    read_once(octets, type, charset, session);
    if (is_session)
        read_once(octets, type, charset, session);
    return 0;
}
