/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SOAP in HTTP bodies (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_SOAP_BODY_H
#define WSSC_PLUGIN_SOAP_BODY_H

#include "compat.h"

/* Preference wssc.stock_xml: call the stock dissector beside ours for SOAP. */
extern WsscBool wssc_pref_stock_xml;

dissector_handle_t wssc_soap_body_register(void);
void wssc_soap_body_handoff(dissector_handle_t handle);

/* What joins the HTTP message being dissected (first pass only) with its partner on the connection. */
guint64 wssc_http_pair(packet_info *pinfo);

#endif
