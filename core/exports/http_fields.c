/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The fields of a head without its first line, and a body of a type that SOAP has: dumps of AS4 gateways (phase4:
 * .as4in, .as4out), mail.
 */
#include "exports/reader.h"

gboolean wssc_export_is_bare_http(WsscBytes octets)
{
    WsscHttpMessageHead head;
    if (!wssc_http_fields_head(octets, &head))
        return FALSE;
    wssc_http_message_head_clear(&head);
    return TRUE;
}

/* One message a file; which way it went is not told. */
void wssc_export_read_bare_http(WsscReading *reading, GBytes *octets)
{
    WsscBytes all = wssc_bytes_of(octets);
    WsscHttpMessageHead head;
    if (!wssc_http_fields_head(all, &head))
        return;
    WsscFound *found = wssc_http_add_body(reading, ++reading->export->entries, "octet 0", &head,
                                          wssc_bytes(all.data + head.len, all.len - head.len));
    wssc_reading_skip(reading, "octet 0", "fields of HTTP's head");
    if (found != NULL)
        found->direction = WSSC_FOUND_UNKNOWN;
    if (found != NULL && head.host != NULL)
        wssc_found_set_url(found, head.host, NULL);
    wssc_http_message_head_clear(&head);
}
