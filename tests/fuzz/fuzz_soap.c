/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model of a message: addressing, trust, security header, fault. */
#include "fuzz.h"

#include "soap/action.h"
#include "soap/message.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(GBytes) octets = fuzz_octets(wssc_bytes(data, size));
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
    WsscAction action;

    if (xml == NULL)
        return 0;
    g_autoptr(WsscSoap) soap = wssc_soap_read(xml);
    FUZZ_ASSERT((soap->version != WSSC_SOAP_NOT) == wssc_soap_is_envelope(xml));
    wssc_action_parse(soap->action, &action);
    for (guint i = 0; i < soap->trusts->len; i++)
        wssc_request_type_parse(((const WsscTrust *)soap->trusts->pdata[i])->request_type);
    return 0;
}
