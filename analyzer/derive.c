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
    printf("%s (%" G_GSIZE_FORMAT " octets)\nhex         %s\nbase64      %s\nfingerprint %s\n", what, key->len,
           hex, base64, fingerprint);
    wssc_secret_unref(key);
    return WSSC_EXIT_DONE;
}

static int derive_context_key(const WsscOptions *options)
{
    g_autoptr(WsscSecret) client = read_octets("--client-entropy", options->client_entropy);
    g_autoptr(WsscSecret) server =
        client != NULL ? read_octets("--server-entropy", options->server_entropy) : NULL;
    if (client == NULL || server == NULL)
        return WSSC_EXIT_USAGE;
    return show(wssc_derive_combined(wssc_secret_bytes(client), wssc_secret_bytes(server), options->bits),
                "context key");
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
    return show(key, "derived key");
}

static int derive_username_key(const WsscOptions *options)
{
    g_autoptr(WsscSecret) salt = read_octets("--salt", options->salt);
    if (salt == NULL)
        return WSSC_EXIT_USAGE;
    return show(wssc_derive_username(wssc_bytes(options->password, strlen(options->password)),
                                     wssc_secret_bytes(salt), options->iterations),
                "UsernameToken key");
}

int wssc_command_derive(const WsscOptions *options)
{
    if (options->client_entropy != NULL && options->server_entropy != NULL)
        return derive_context_key(options);
    if (options->secret != NULL)
        return derive_key(options);
    if (options->password != NULL && options->salt != NULL)
        return derive_username_key(options);
    fprintf(stderr, "wssc: derive wants --client-entropy and --server-entropy, or --secret, or --password and "
                    "--salt (see wssc derive --help)\n");
    return WSSC_EXIT_USAGE;
}
