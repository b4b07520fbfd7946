/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "binding/private.h"

static const WsscPropertyInfo properties[WSSC_PROPERTY_MAX] = {
#define WSSC_PROPERTY(ID, name, constant, kind, standard, infer, title, wanted)                                        \
    [WSSC_PROPERTY_##ID] = {name, constant, WSSC_PROPERTY_KIND_##kind, standard, title, wanted},
#include "binding/properties.def"
#undef WSSC_PROPERTY
};

const WsscPropertyInfo *wssc_property_info(WsscPropertyId id)
{
    return &properties[id];
}

const char *wssc_knowledge_name(WsscKnowledge knowledge)
{
    static const char *const names[WSSC_KNOWN_MAX] = {"unknown", "exact", "at-least", "at-most", "between", "likely"};
    return names[knowledge];
}

/* ---- making ----------------------------------------------------------------------------------------------------- */

void wssc_property_init(WsscProperty *property)
{
    *property = (WsscProperty){.value = WSSC_NO_VALUE, .min = WSSC_NO_VALUE, .max = WSSC_NO_VALUE};
    property->evidence = wssc_evidence_list_new();
}

void wssc_property_clear(WsscProperty *property)
{
    g_free(property->word);
    g_free(property->text);
    g_free(property->contradiction);
    g_ptr_array_unref(property->evidence);
}

static void set_text(WsscProperty *property, const char *format, va_list args)
{
    g_free(property->text);
    property->text = g_strdup_vprintf(format, args);
}

void wssc_property_say(WsscProperty *property, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_text(property, format, args);
    va_end(args);
}

void wssc_property_is(WsscProperty *property, WsscKnowledge knowledge, gint64 value, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_text(property, format, args);
    va_end(args);
    property->knowledge = knowledge;
    property->value = value;
    property->min = property->max = knowledge == WSSC_KNOWN_EXACT ? value : WSSC_NO_VALUE;
}

void wssc_property_bound(WsscProperty *property, gint64 min, gint64 max, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_text(property, format, args);
    va_end(args);
    property->value = WSSC_NO_VALUE;
    property->min = min;
    property->max = max;
    property->knowledge = min != WSSC_NO_VALUE && max != WSSC_NO_VALUE ? WSSC_KNOWN_BETWEEN
                          : min != WSSC_NO_VALUE                       ? WSSC_KNOWN_AT_LEAST
                          : max != WSSC_NO_VALUE                       ? WSSC_KNOWN_AT_MOST
                                                                       : WSSC_KNOWN_NOT;
}

void wssc_property_cite(WsscProperty *property, WsscEvidenceRole role, const WsscMessage *message, const char *format,
                        ...)
{
    va_list args;
    if (message == NULL)
        return;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    wssc_evidence_add(property->evidence, role, message->file, message->frame, "%s", text);
}

/* Bounds that hold the default between them speak for it when they are no further apart than this part of it: a client
 * that renews after ten hours is seen to when it next sends something. */
#define NARROW 8

void wssc_property_compare_default(WsscPropertyId id, WsscProperty *property)
{
    gint64 standard = properties[id].standard;
    gboolean is_outside = (property->min != WSSC_NO_VALUE && property->min > standard) ||
                          (property->max != WSSC_NO_VALUE && property->max < standard);
    if (standard == WSSC_NO_VALUE || property->knowledge == WSSC_KNOWN_NOT)
        return;
    if (property->value != WSSC_NO_VALUE)
        property->is_default = property->value == standard ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
    else if (is_outside)
        property->is_default = WSSC_TRUTH_NO;
    else if (property->knowledge == WSSC_KNOWN_BETWEEN && property->max - property->min <= standard / NARROW)
        property->is_default = WSSC_TRUTH_YES;
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

/* Up to three digits of fraction, without zeros at the end. */
static char *seconds_text(gint64 microseconds)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT ".%03d", microseconds / G_USEC_PER_SEC,
                                            (int)(microseconds % G_USEC_PER_SEC / 1000));
    char *end = text + strlen(text);
    while (end[-1] == '0')
        end--;
    if (end[-1] == '.')
        end--;
    *end = '\0';
    return g_strconcat(text, " s", NULL);
}

char *wssc_duration_text(gint64 microseconds)
{
    const gint64 minute = 60 * G_USEC_PER_SEC, hour = 60 * minute;
    if (microseconds >= hour && microseconds % hour == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT " h", microseconds / hour);
    if (microseconds >= minute && microseconds % minute == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT " min", microseconds / minute);
    if (microseconds < 10 * minute)
        return seconds_text(MAX(microseconds, 0));
    if (microseconds < hour)
        return g_strdup_printf("%.1f min", (double)microseconds / (double)minute);
    return g_strdup_printf("%.2f h", (double)microseconds / (double)hour);
}

char *wssc_property_value_text(WsscPropertyId id, gint64 value)
{
    static const char *const modes[] = {"?", "CLIENT_ONLY", "SERVER_ONLY", "COMBINED"};
    static const char *const versions[] = {"?", "FEBRUARY_2005", "1_3"};
    switch (properties[id].kind) {
    case WSSC_PROPERTY_KIND_BITS:
        return g_strdup_printf("%" G_GINT64_FORMAT " bits", value);
    case WSSC_PROPERTY_KIND_MODE:
        return g_strdup(modes[value > 0 && value < (gint64)G_N_ELEMENTS(modes) ? value : 0]);
    case WSSC_PROPERTY_KIND_VERSION:
        return g_strdup(versions[value > 0 && value < (gint64)G_N_ELEMENTS(versions) ? value : 0]);
    case WSSC_PROPERTY_KIND_FLAG:
        return g_strdup(value != 0 ? "TRUE" : "FALSE");
    case WSSC_PROPERTY_KIND_TIME:
        return wssc_duration_text(value);
    default:
        return g_strdup_printf("%" G_GINT64_FORMAT, value);
    }
}

char *wssc_property_shown(WsscPropertyId id, const WsscProperty *property)
{
    g_autofree char *min = property->min != WSSC_NO_VALUE ? wssc_property_value_text(id, property->min) : NULL;
    /* Shown to the millisecond: the upper bound must not become less. */
    gint64 up = properties[id].kind == WSSC_PROPERTY_KIND_TIME && property->max != WSSC_NO_VALUE
                    ? (property->max + 999) / 1000 * 1000
                    : property->max;
    g_autofree char *max = property->max != WSSC_NO_VALUE ? wssc_property_value_text(id, up) : NULL;
    g_autofree char *value = property->word != NULL             ? g_strdup(property->word)
                             : property->value != WSSC_NO_VALUE ? wssc_property_value_text(id, property->value)
                                                                : NULL;
    switch (property->knowledge) {
    case WSSC_KNOWN_EXACT:
        return g_steal_pointer(&value);
    case WSSC_KNOWN_LIKELY:
        return g_strdup_printf("probably %s", value != NULL ? value : "?");
    case WSSC_KNOWN_AT_LEAST:
        return g_strdup_printf("at least %s", min);
    case WSSC_KNOWN_AT_MOST:
        return g_strdup_printf("at most %s", max);
    case WSSC_KNOWN_BETWEEN:
        return g_strdup_printf("between %s and %s", min, max);
    default:
        return g_strdup("unknown");
    }
}
