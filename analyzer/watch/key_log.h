/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which connections of TLS a key log in the form of SSLKEYLOGFILE (RFC 9850) opens: those whose ClientHello has a
 * random that it names.
 */
#ifndef WSSC_WATCH_KEY_LOG_H
#define WSSC_WATCH_KEY_LOG_H

#include "base/bytes.h"

typedef struct WsscKeyLog WsscKeyLog;

/* One without lines. */
WsscKeyLog *wssc_key_log_new(void);
/* FALSE: not all that the lines open is known, for some name no random: they are of a session, of a server's key, of an
 * encrypted hello, or of a kind that is not known. */
gboolean wssc_key_log_add(WsscKeyLog *log, WsscBytes lines);
/* Those of a file. FALSE also for what is no plain file, or too large. */
gboolean wssc_key_log_add_file(WsscKeyLog *log, const char *path);
void wssc_key_log_free(WsscKeyLog *log);
/* hash: of a random, by wssc_bytes_hash. */
gboolean wssc_key_log_has(const WsscKeyLog *log, guint64 hash);

#endif
