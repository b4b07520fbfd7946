/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The shape of a ds:Signature.
 */
#ifndef WSSC_SECURITY_STRUCTURE_H
#define WSSC_SECURITY_STRUCTURE_H

#include "xml/xml.h"

/* What keeps a ds:Signature from being one by XML Signature's schema: a child twice, a child
 * that does not belong there, a value with elements inside. Receivers differ in which of two they take. NULL, or
 * what is wrong; ret_is_unknown: only a child that nobody knows. Caller frees. */
char *wssc_structure_check(const xmlNode *signature, gboolean *ret_is_unknown);

#endif
