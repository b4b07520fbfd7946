/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Key files from disk, for the plugin and the analyzer.
 */
#ifndef WSSC_PLUGIN_KEY_FILE_H
#define WSSC_PLUGIN_KEY_FILE_H

#include "keys/keyring.h"

/* Tells of a line that cannot be used; line: from 1. */
typedef void (*WsscKeyFileTell)(const char *path, guint line, const char *text, gpointer user);

/* Adds what the file holds: lines, or a private key or certificates themselves (PEM, DER, PKCS#12). What a line names
 * stands beside it, unless its path is absolute. FALSE with the reason when the file itself cannot be read or used. */
gboolean wssc_key_file_load(const char *path, WsscKeyring *ring, WsscKeyFileTell tell, gpointer user, GError **error);
/* The same of lines that stand in no file; name: what they are called. What they name is found from where the process
 * runs. */
void wssc_key_file_take(const char *name, const char *lines, gsize len, WsscKeyring *ring, WsscKeyFileTell tell,
                        gpointer user);

/* The same of lines that came with a capture: they name no files. */
void wssc_key_file_take_foreign(const char *name, const char *lines, gsize len, WsscKeyring *ring, WsscKeyFileTell tell,
                                gpointer user);

/* The octets of a file or a pipe, at most WSSC_MAX_KEY_FILE_OCTETS: NULL with error for a larger one, and for a pipe
 * that does not go on. */
GBytes *wssc_key_file_read(const char *path, GError **error);

#endif
