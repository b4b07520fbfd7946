/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A binding written down: as a C initializer for webservices.h, as WCF's configuration, as WS-SecurityPolicy. What is
 * exact stands as a value; bounds and what is not known are comments, with the frames. No credential is written.
 */
#ifndef WSSC_BINDING_EMIT_H
#define WSSC_BINDING_EMIT_H

#include "binding/binding.h"

typedef enum { WSSC_EMIT_C, WSSC_EMIT_WCF, WSSC_EMIT_POLICY, WSSC_EMIT_MAX } WsscEmitForm;
/* FALSE for another word than "c", "wcf", "policy". */
gboolean wssc_emit_form_from_name(const char *name, WsscEmitForm *ret_form);

/* Appends the whole text. model: what the binding was inferred from. */
void wssc_emit(const WsscModel *model, const WsscBinding *binding, WsscEmitForm form, GString *out);

#endif
