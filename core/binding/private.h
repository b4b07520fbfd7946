/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the files of core/binding share. infer.c calls, for each context: profile.c and likeness.c (the two ends),
 * the functions of properties.def, suite.c, template.c; then endpoint.c draws the contexts of each service together.
 */
#ifndef WSSC_BINDING_PRIVATE_H
#define WSSC_BINDING_PRIVATE_H

#include "base/text.h"
#include "binding/binding.h"
#include "rules/trace.h"

/* ---- survey.c: what one context can't tell alone --------------------------------------------------------------- */

/* How old keys were when something was sent under them, by the capture's clock. */
typedef struct {
    gint64 unrenewed; /* the oldest at a call that was not preceded by a renewal; WSSC_NO_VALUE */
    const WsscMessage *unrenewed_at;
    const WsscMessage *unrenewed_since; /* what issued that key, or the first use that was seen */
    gint64 renewed;                     /* the youngest at a renewal that nobody had asked for; WSSC_NO_VALUE */
    const WsscMessage *renewed_at;
    gint64 share;     /* thousandths of that key's lifetime that were over then; -1 when it is not known */
    gboolean is_late; /* ... after the service had asked for renewal, or after the key's end */
} WsscAges;

/* How many contexts of the service there were when this one was issued, itself among them. */
typedef struct {
    guint pending, active; /* 0: it was not issued in the capture */
    gboolean is_refused;   /* as one too many, while so many others were pending: */
    guint refused_at;
    gboolean is_confirmed; /* ... and a later one was issued when fewer were */
    const WsscMessage *shown_by;
} WsscLoad;

typedef struct {
    char *endpoint; /* borrowed by all that are equal; and so is */
    char *pair;     /* its client's host and that */
    WsscAges ages;
    WsscLoad load;
    const WsscMessage *older; /* a call under another context of the same client and service, with an older key than
                                 this one's at its renewal, and not preceded by one; or NULL */
    gint64 older_age;
    gboolean is_rare; /* most contexts of the same client and service are never renewed */
} WsscSurveyed;

typedef struct WsscSurvey {
    GPtrArray *traces;     /* WsscTrace, borrowed */
    WsscSurveyed *entries; /* one for each */
    GStringChunk *strings;
} WsscSurvey;

WsscSurvey *wssc_survey_new(GPtrArray *traces);
void wssc_survey_free(WsscSurvey *survey);

/* ---- inference --------------------------------------------------------------------------------------------------- */

typedef struct {
    const WsscTrace *trace;
    const WsscSurveyed *surveyed;
    const WsscBinding *binding; /* the ends are known */
} WsscInference;

#define WSSC_PROPERTY(ID, name, constant, kind, standard, infer, title, wanted)                                        \
    void infer(const WsscInference *inference, WsscProperty *property);
#include "binding/properties.def"
#undef WSSC_PROPERTY

/* property.c: bounds of WSSC_NO_VALUE are none. The text is a clause, printf-like. */
void wssc_property_init(WsscProperty *property);
void wssc_property_clear(WsscProperty *property);
void wssc_property_is(WsscProperty *property, WsscKnowledge knowledge, gint64 value, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
void wssc_property_bound(WsscProperty *property, gint64 min, gint64 max, const char *format, ...) G_GNUC_PRINTF(4, 5);
void wssc_property_say(WsscProperty *property, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* message may be NULL: then nothing is added. */
void wssc_property_cite(WsscProperty *property, WsscEvidenceRole role, const WsscMessage *message, const char *format,
                        ...) G_GNUC_PRINTF(4, 5);
/* merge.c: what both allow; see there. */
void wssc_property_merge(WsscPropertyId id, WsscProperty *into, const WsscProperty *from);
/* Sets is_default by value and bounds. */
void wssc_property_compare_default(WsscPropertyId id, WsscProperty *property);
/* "15 h", "3.48 s"; caller frees. */
char *wssc_duration_text(gint64 microseconds);

/* profile.c, likeness.c, suite.c, template.c, shown.c: of binding, whose trace it is. */
void wssc_profile_check(const WsscTrace *trace, WsscBinding *binding);
void wssc_likeness_find(const WsscTrace *trace, WsscBinding *binding);
void wssc_shown_read(const WsscTrace *trace, WsscBinding *binding);
void wssc_suite_find(const WsscTrace *trace, WsscBinding *binding);
void wssc_template_choose(WsscBinding *binding);
void wssc_breach_add(WsscBinding *binding, WsscPart part, const WsscMessage *message, WsscEvidenceRole role,
                     const char *format, ...) G_GNUC_PRINTF(5, 6);

/* endpoint.c: the contexts (WsscBinding) of each service, drawn together. Appends to bindings->endpoints. */
void wssc_endpoints_draw(WsscBindings *bindings);

WsscBinding *wssc_binding_new(void);
void wssc_binding_free(gpointer binding);

#endif
