/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "has_crypto.h"

#include "dissect.h"

static WsscCryptoOpen crypto_open;

void wssc_dissect_use_crypto(WsscCryptoOpen open)
{
    crypto_open = open;
}

gboolean wssc_has_crypto(void)
{
    return crypto_open == NULL || crypto_open();
}
