/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which connections of TLS a key log in the form of SSLKEYLOGFILE (RFC 9850) opens: those whose ClientHello has a
 * random that it names.
 */
#ifndef WSSC_WATCH_KEY_LOG_H
#define WSSC_WATCH_KEY_LOG_H

#include "base/bytes.h"

typedef struct WsscKeyLog WsscKeyLog;

#define WSSC_CLIENT_RANDOM 32 /* octets (RFC 8446 section 4.1.2) */

/* NULL: not all that it opens is known, for some line names no random: it is of a session, of a server's key, of an
 * encrypted hello, or of a kind that is not known. */
WsscKeyLog *wssc_key_log_parse(WsscBytes text);
/* NULL also for what is no plain file, or too large. */
WsscKeyLog *wssc_key_log_read(const char *path);
void wssc_key_log_free(WsscKeyLog *log);
/* hash: of a random, by wssc_bytes_hash. */
gboolean wssc_key_log_has(const WsscKeyLog *log, guint64 hash);

#endif
