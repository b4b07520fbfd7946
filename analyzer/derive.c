/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc derive: the key calculator.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "keys/derive.h"
#include "keys/keyfile.h"

static WsscSecret *read_octets(const char *option, const char *text)
{
    WsscSecret *secret = wssc_keyfile_secret(text);
    if (secret == NULL)
        fprintf(stderr, "wssc: %s: neither hexadecimal nor base64\n", option);
    return secret;
}

static int show(WsscSecret *key, const char *what)
{
    if (key == NULL) {
        fprintf(stderr, "wssc: derive: %s cannot be computed from this\n", what);
        return WSSC_EXIT_USAGE;
    }
    g_autofree char *hex = wssc_hex_encode(wssc_secret_bytes(key));
    g_autofree char *base64 = wssc_base64_encode(wssc_secret_bytes(key));
    g_autofree char *fingerprint = wssc_secret_fingerprint(key);
    printf("%s (%" G_GSIZE_FORMAT " octets)\nhex         %s\nbase64      %s\nfingerprint %s\n", what, key->len, hex,
           base64, fingerprint);
    wssc_secret_unref(key);
    return WSSC_EXIT_DONE;
}

static int derive_context_key(const WsscOptions *options)
{
    g_autoptr(WsscSecret) client = read_octets("--client-entropy", options->client_entropy);
    g_autoptr(WsscSecret) server = client != NULL ? read_octets("--server-entropy", options->server_entropy) : NULL;
    if (client == NULL || server == NULL)
        return WSSC_EXIT_USAGE;
    WsscSecret *key = wssc_derive_combined(wssc_secret_bytes(client), wssc_secret_bytes(server), options->bits);
    if (key != NULL)
        printf("P_SHA1 (WS-Trust 1.4 section 4.4.4), %d bits\n"
               "secret      requestor's entropy, %" G_GSIZE_FORMAT " octets\n"
               "seed        issuer's entropy, %" G_GSIZE_FORMAT " octets\n",
               options->bits, client->len, server->len);
    return show(key, "context key");
}

static void print_derivation(const WsscDerivation *derivation, const WsscSecret *secret)
{
    const char *label;
    gsize offset, length;
    g_autofree char *reason = NULL;
    if (!wssc_derive_settle(derivation, &label, &offset, &length, &reason))
        return;
    printf("P_SHA1 (WS-SecureConversation 1.4 section 7), octets %" G_GSIZE_FORMAT " to %" G_GSIZE_FORMAT "\n"
           "secret      %" G_GSIZE_FORMAT " octets\n"
           "seed        label \"%s\" and nonce, %" G_GSIZE_FORMAT " octets\n",
           offset, offset + length - 1, secret->len, label, derivation->nonce.len);
}

static int derive_key(const WsscOptions *options)
{
    g_autoptr(WsscSecret) secret = read_octets("--secret", options->secret);
    g_autoptr(WsscSecret) nonce =
        options->nonce != NULL ? read_octets("--nonce", options->nonce) : wssc_secret_new("", 0);
    g_autofree char *reason = NULL;
    if (secret == NULL || nonce == NULL)
        return WSSC_EXIT_USAGE;
    WsscDerivation derivation = {.label = options->label,
                                 .nonce = wssc_secret_bytes(nonce),
                                 .offset = options->offset,
                                 .generation = options->generation,
                                 .length = options->length};
    WsscSecret *key = wssc_derive_key(&derivation, wssc_secret_bytes(secret), &reason);
    if (key == NULL && reason != NULL)
        fprintf(stderr, "wssc: derive: %s\n", reason);
    if (key != NULL)
        print_derivation(&derivation, secret);
    return show(key, "derived key");
}

static int derive_username_key(const WsscOptions *options)
{
    g_autoptr(WsscSecret) salt = read_octets("--salt", options->salt);
    if (salt == NULL)
        return WSSC_EXIT_USAGE;
    WsscSecret *key = wssc_derive_username(wssc_bytes(options->password, strlen(options->password)),
                                           wssc_secret_bytes(salt), options->iterations);
    if (key != NULL)
        printf("SHA1 over password and salt, %d times (UsernameToken profile 1.1 section 4)\n"
               "salt        %" G_GSIZE_FORMAT " octets\n",
               options->iterations, salt->len);
    return show(key, "UsernameToken key");
}

/* What a reference to an EncryptedKey names: no secret. */
static int identify_encrypted_key(const WsscOptions *options)
{
    g_autoptr(WsscSecret) octets = read_octets("--encrypted-key", options->encrypted_key);
    if (octets == NULL)
        return WSSC_EXIT_USAGE;
    g_autofree char *sha1 = wssc_derive_sha1_base64(wssc_secret_bytes(octets));
    printf("SHA1 over the CipherValue's %" G_GSIZE_FORMAT " octets (WSS 1.1 section 7.3)\n"
           "EncryptedKeySHA1 %s\n",
           octets->len, sha1);
    return WSSC_EXIT_DONE;
}

int wssc_command_derive(const WsscOptions *options)
{
    if (options->client_entropy != NULL && options->server_entropy != NULL)
        return derive_context_key(options);
    if (options->secret != NULL)
        return derive_key(options);
    if (options->password != NULL && options->salt != NULL)
        return derive_username_key(options);
    if (options->encrypted_key != NULL)
        return identify_encrypted_key(options);
    fprintf(stderr, "wssc: derive wants --client-entropy and --server-entropy, or --secret, or --password and "
                    "--salt, or --encrypted-key (see wssc derive --help)\n");
    return WSSC_EXIT_USAGE;
}
