/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the files of the comparison share: compare.c chooses the alternative, compare_lines.c compares with one.
 */
#ifndef WSSC_BINDING_COMPARE_PRIVATE_H
#define WSSC_BINDING_COMPARE_PRIVATE_H

#include "binding/compare.h"

/* WsscComparedLine, owned by the list. */
GPtrArray *wssc_compare_lines(const WsscBinding *binding, const WsscAlternative *said);

#endif
