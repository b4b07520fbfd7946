/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where an element that begins in the middle of a text ends (internal to core/exports).
 */
#ifndef WSSC_EXPORTS_ELEMENT_H
#define WSSC_EXPORTS_ELEMENT_H

#include "exports/tags.h"

typedef struct {
    gsize end;        /* behind its end tag; or behind the last tag that belongs to it */
    gsize again;      /* where inside it an element of the same name begins for the first time; 0: nowhere */
    GArray *used;     /* WsscBytes, prefixes of elements and attributes, each once */
    GArray *declared; /* WsscBytes, prefixes declared anywhere in it */
} WsscElement;

/* start: of its "<". FALSE when the text ends, or does not go on as the element would, before its end tag; with
 * may_nest FALSE also where an element of the same name begins inside. Clear either way. */
gboolean wssc_element_scan(WsscBytes text, gsize start, gboolean may_nest, WsscElement *ret_element);
void wssc_element_clear(WsscElement *element);

#endif
