/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The field tables made from fields.def, and expert items made from findings.def (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_FIELDS_H
#define WSSC_PLUGIN_FIELDS_H

#include "compat.h"

#include <epan/expert.h>

#include "findings/finding.h"
#include "xml/xml.h"

typedef enum {
#define WSSC_FIELD(id, kind, filter, name) WSSC_HF_##id,
#include "fields.def"
    WSSC_HF_MAX
} WsscField;

typedef enum {
    WSSC_KIND_NONE,
    WSSC_KIND_STRING,
    WSSC_KIND_UINT,
    WSSC_KIND_TIME,
    WSSC_KIND_BYTES,
    WSSC_KIND_BOOL,
    WSSC_KIND_FRAME,
    WSSC_KIND_REQUEST,
    WSSC_KIND_RESPONSE,
    WSSC_KIND_DURATION,
    WSSC_KIND_SECONDS,
} WsscFieldKind;

extern int wssc_hf[WSSC_HF_MAX];
extern expert_field wssc_ei[WSSC_FINDING_MAX];
extern expert_field wssc_ei_cause;

void wssc_fields_register(int proto);
WsscFieldKind wssc_field_kind(WsscField field);

/* The field for an element or attribute; WSSC_HF_ELEMENT or WSSC_HF_ATTRIBUTE when none is its own. */
WsscField wssc_field_of_element(const xmlNode *element);
WsscField wssc_field_of_attribute(const xmlNode *element, const xmlAttr *attribute);

#endif
