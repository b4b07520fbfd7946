/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Passwords in UsernameTokens (UsernameToken profile 1.1 section 3): held to those that the user gave.
 */
#ifndef WSSC_SECURITY_PASSWORD_H
#define WSSC_SECURITY_PASSWORD_H

#include "security/work.h"

/* Adds a WsscPasswordCheck for each UsernameToken of the Security headers that carries a password. */
void wssc_password_check_all(WsscWork *work);

#endif
