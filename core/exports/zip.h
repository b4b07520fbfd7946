/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Members of a ZIP archive (internal to core/exports).
 */
#ifndef WSSC_EXPORTS_ZIP_H
#define WSSC_EXPORTS_ZIP_H

#include "exports/reader.h"

typedef struct {
    char *name;
    guint method;
    gboolean is_encrypted;
    gsize compressed, size, offset; /* octets */
} WsscZipMember;

/* WsscZipMember in the order of the archive's directory; empty when that cannot be read. */
GPtrArray *wssc_zip_members(WsscBytes octets);
/* NULL with the reason (static) when it is damaged, encrypted or larger than limit. */
GBytes *wssc_zip_unpack(WsscBytes octets, const WsscZipMember *member, gsize limit, const char **ret_reason);

#endif
