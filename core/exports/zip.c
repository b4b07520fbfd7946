/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * ZIP archives (APPNOTE.TXT 6.3 of PKWARE): Fiddler's session archives (.saz), and files that were sent zipped. The
 * central directory says what is there; a member is unpacked when it is wanted, and never more than the limits.
 */
#include <string.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "carrier/inflate.h"
#include "exports/zip.h"

#define END_SIZE 22
#define ENTRY_SIZE 46
#define LOCAL_SIZE 30
#define MAX_COMMENT 65535
#define MAX_NAME 1024

static guint16 u16(const guint8 *p)
{
    return (guint16)(p[0] | p[1] << 8);
}

static guint32 u32(const guint8 *p)
{
    return (guint32)u16(p) | (guint32)u16(p + 2) << 16;
}

gboolean wssc_export_is_zip(WsscBytes octets)
{
    return octets.len >= END_SIZE && (memcmp(octets.data, "PK\3\4", 4) == 0 || memcmp(octets.data, "PK\5\6", 4) == 0);
}

/* Where the directory ends; FALSE when there is none. */
static gboolean find_end(WsscBytes octets, gsize *ret_at)
{
    gsize lowest = octets.len > END_SIZE + MAX_COMMENT ? octets.len - END_SIZE - MAX_COMMENT : 0;
    for (gsize at = octets.len - END_SIZE + 1; at-- > lowest;) {
        if (memcmp(octets.data + at, "PK\5\6", 4) == 0) {
            *ret_at = at;
            return TRUE;
        }
    }
    return FALSE;
}

static void free_member(gpointer data)
{
    g_free(((WsscZipMember *)data)->name);
    g_free(data);
}

GPtrArray *wssc_zip_members(WsscBytes octets)
{
    GPtrArray *members = g_ptr_array_new_with_free_func(free_member);
    gsize end;
    if (octets.len < END_SIZE || !find_end(octets, &end))
        return members;
    guint count = u16(octets.data + end + 10);
    gsize at = u32(octets.data + end + 16);
    for (guint i = 0; i < count && at + ENTRY_SIZE <= end && memcmp(octets.data + at, "PK\1\2", 4) == 0; i++) {
        const guint8 *p = octets.data + at;
        gsize name = u16(p + 28), size = ENTRY_SIZE + name + u16(p + 30) + u16(p + 32);
        if (size > end - at)
            break;
        WsscZipMember *member = g_new0(WsscZipMember, 1);
        member->name = g_strndup((const char *)p + ENTRY_SIZE, MIN(name, MAX_NAME));
        member->is_encrypted = (u16(p + 8) & 1) != 0;
        member->method = u16(p + 10);
        member->compressed = u32(p + 20);
        member->size = u32(p + 24);
        member->offset = u32(p + 42);
        g_ptr_array_add(members, member);
        at += size;
    }
    return members;
}

GBytes *wssc_zip_unpack(WsscBytes octets, const WsscZipMember *member, gsize limit, const char **ret_reason)
{
    *ret_reason = "its place in the archive is wrong";
    if (member->is_encrypted) {
        *ret_reason = "it is encrypted";
        return NULL;
    }
    if (octets.len < LOCAL_SIZE || member->offset > octets.len - LOCAL_SIZE ||
        memcmp(octets.data + member->offset, "PK\3\4", 4) != 0)
        return NULL;
    const guint8 *p = octets.data + member->offset;
    gsize head = LOCAL_SIZE + (gsize)u16(p + 26) + u16(p + 28), left = octets.len - member->offset;
    if (head > left || member->compressed > left - head)
        return NULL;
    WsscBytes packed = wssc_bytes(p + head, member->compressed);
    if (member->method == 0 && packed.len <= limit) {
        *ret_reason = NULL;
        return g_bytes_new(packed.data, packed.len);
    }
    if (member->method != 8) {
        *ret_reason = member->method == 0 ? "it is larger than the limit" : "its compression is not read here";
        return NULL;
    }
    GBytes *plain = wssc_inflate_what_can_be(WSSC_INFLATE_DEFLATE, packed, limit, ret_reason);
    if (*ret_reason == NULL)
        return plain;
    g_bytes_unref(plain);
    return NULL;
}
