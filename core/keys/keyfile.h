/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The key file: one entry a line, "#" begins a comment line.
 *
 *     SCT <identifier> [instance=<id>] <secret>
 *     ENCRYPTED_KEY sha1:<base64> <secret>
 *     PRIVATE_KEY <PEM or PKCS#12 path> [password=<...>]
 *     CERTIFICATE <PEM path>
 *     PASSWORD <username> <password>
 *     TOKEN <id> <secret>
 *     KEY_NAME <percent-encoded name> <secret>
 *
 * KEY_NAME keys are tried as well where a signature has no KeyInfo at all.
 *
 * A secret is hexadecimal or base64; what reads as hexadecimal is taken as such. A bad line is
 * told and skipped; the rest is used. Files named in the file are read by the caller's loader:
 * nothing here does I/O.
 */
#ifndef WSSC_KEYS_KEYFILE_H
#define WSSC_KEYS_KEYFILE_H

#include "keys/keyring.h"

typedef struct {
    guint line; /* from 1 */
    char *text;
} WsscKeyfileDiagnostic;
void wssc_keyfile_diagnostic_free(gpointer diagnostic);

/* The octets of a file named in the key file; NULL with error set. */
typedef GBytes *(*WsscKeyfileLoad)(const char *path, gpointer user, GError **error);

/* Adds the entries to ring and WsscKeyfileDiagnostic to diagnostics (which should have been made
 * with wssc_keyfile_diagnostic_free). load NULL: files can't be read and that is told. Returns the
 * number of entries used. */
guint wssc_keyfile_parse(WsscBytes octets, WsscKeyfileLoad load, gpointer user, WsscKeyring *ring,
                         GPtrArray *diagnostics);

/* A private key or certificate file's octets: PEM, DER or PKCS#12. password and path may be NULL.
 * Returns NULL, or what is wrong (caller frees). */
char *wssc_keyfile_add_private_key(WsscKeyring *ring, WsscBytes octets, const char *password, WsscKeyOrigin origin);
char *wssc_keyfile_add_certificates(WsscKeyring *ring, WsscBytes octets, const char *path, WsscKeyOrigin origin);

/* What a file of keys is, by its octets. */
typedef enum {
    WSSC_KEYFILE_LINES,      /* a key file as above */
    WSSC_KEYFILE_STORE,      /* keys or certificates themselves: PEM, DER, PKCS#12 */
    WSSC_KEYFILE_JAVA_STORE, /* JKS or JCEKS, which only Java reads */
} WsscKeyfileKind;
WsscKeyfileKind wssc_keyfile_kind(WsscBytes octets);
/* A STORE by itself: its private key, and its certificates. An encrypted one opens with the empty password or not at
 * all. Returns NULL, or what is wrong and how to help it (caller frees). */
char *wssc_keyfile_add_store(WsscKeyring *ring, WsscBytes octets, const char *path, WsscKeyOrigin origin);
/* How to make PKCS#12 of the JAVA_STORE at path. Caller frees. */
char *wssc_keyfile_convert_hint(const char *path);

/* A secret as written in a key file; NULL when it is neither hexadecimal nor base64. */
WsscSecret *wssc_keyfile_secret(const char *text);

/* The SCT and ENCRYPTED_KEY lines of the keys that the capture itself revealed, of all of them when is_wanted is NULL.
 * Holds secrets. Caller frees. */
typedef gboolean (*WsscKeyfileIsWanted)(const WsscKeyOrigin *origin, gpointer user);
char *wssc_keyfile_write_capture(const WsscKeyring *ring, WsscKeyfileIsWanted is_wanted, gpointer user);
/* One line, with its end. instance may be NULL. */
void wssc_keyfile_write_sct(GString *out, const char *identifier, const char *instance, const WsscSecret *secret);
void wssc_keyfile_write_encrypted_key(GString *out, const char *sha1, const WsscSecret *secret);

#endif
