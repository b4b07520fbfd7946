/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Contexts over time as pictures: a swim lane for each, and how many were pending and active at once, by service.
 * What is drawn is bounded; what is left out is said.
 */
#ifndef WSSC_REPORT_HTML_LANES_H
#define WSSC_REPORT_HTML_LANES_H

#include "report/html/write.h"
#include "session/session.h"

#define WSSC_HTML_LANES 120      /* contexts drawn; those that something happened to come first */
#define WSSC_HTML_LANE_BINS 240  /* uses closer together than a share of the whole are one mark */
#define WSSC_HTML_LANE_MARKS 200 /* of other events in one lane */
#define WSSC_HTML_SERVICES 40    /* services with a picture of their own */

void wssc_html_lanes(WsscHtml *html, const WsscSession *session);

#endif
