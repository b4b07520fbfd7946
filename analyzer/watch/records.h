/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of TLS (RFC 8446 section 5.1) of one direction, followed by their heads alone.
 */
#ifndef WSSC_WATCH_RECORDS_H
#define WSSC_WATCH_RECORDS_H

#include <glib.h>

#include "base/bytes.h"

/* Fewer octets in a record, or a run of them, are an alert, the end of a handshake or of a framing session, or nothing.
 */
#define WSSC_RECORDS_SMALL 64
#define WSSC_RECORDS_APPLICATION_DATA 23
#define WSSC_RECORDS_HEAD 5u /* octets */

/* Begins zeroed: sure from a hello on, from some heads on, or from where whoever follows says so. */
typedef struct {
    guint32 left; /* octets of the record that goes on */
    guint32 size; /* of all of it, when it is application data; else 0 */
    guint8 head[WSSC_RECORDS_HEAD];
    guint count;      /* octets of the next one's head that are there */
    guint good;       /* heads in a row, each where the record before it ended */
    gboolean is_sure; /* where the next one begins is known */
} WsscRecords;

typedef struct {
    guint ended;        /* records of application data that are not small */
    gboolean is_begun;  /* one began here and goes on */
    gboolean is_astray; /* where one has to begin are octets that are no head */
} WsscRecordsSeen;

/* The new octets of a segment. */
WsscRecordsSeen wssc_records_follow(WsscRecords *records, WsscBytes payload);
/* Octets begin with a record of application data, by its head and their length. */
gboolean wssc_records_is_application_data(WsscBytes payload);

#endif
