/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Typed values of binary XML as text, digit for digit as .NET renders them: signature digests are
 * computed over this text. All functions append to "out".
 */
#ifndef WSSC_NBFX_VALUE_H
#define WSSC_NBFX_VALUE_H

#include "base/bytes.h"

/* Which .NET printed (or will print) a floating point number. The wire does not tell, and the two
 * differ for some values (1/3, 2^70): a digest over a value with WSSC_SPAN_FLOAT has to be tried
 * with both. */
typedef enum {
    WSSC_FLOATS_FRAMEWORK, /* 7 or 15 digits if they parse back, else 9 or 17: .NET Framework, Mono */
    WSSC_FLOATS_CORE,      /* the shortest digits that parse back: .NET Core 3.0 and later */
} WsscFloats;

void wssc_value_int(GString *out, gint64 value);
void wssc_value_uint(GString *out, guint64 value);
void wssc_value_float(GString *out, guint32 bits, WsscFloats floats);
void wssc_value_double(GString *out, guint64 bits, WsscFloats floats);
/* 16 octets. FALSE when the scale is above 28. */
gboolean wssc_value_decimal(GString *out, const guint8 *octets);

/* Kind and ticks of [MC-NBFX] 2.2.3.12. zone_minutes is the offset from UTC at which a local time is
 * rendered; an instant it would move out of the years 1 to 9999 is rendered at +00:00.
 * ret_local tells that it was a local time. FALSE when kind or ticks are out of range. */
gboolean wssc_value_datetime(GString *out, guint64 bits, gint zone_minutes, gboolean *ret_local);
/* Ticks of 100 ns as xsd:duration, days as the largest unit. */
void wssc_value_timespan(GString *out, gint64 ticks);
/* 16 octets in the Windows GUID layout. */
void wssc_value_uuid(GString *out, const guint8 *octets);
void wssc_value_base64(GString *out, WsscBytes bytes);

/* Copies UTF-8 or UTF-16LE; what is no character of XML 1.0, or no valid encoding, becomes U+FFFD.
 * Returns how many were replaced. len of UTF-16 must be even. */
guint wssc_value_utf8(GString *out, WsscBytes bytes);
guint wssc_value_utf16(GString *out, WsscBytes bytes);

#endif
