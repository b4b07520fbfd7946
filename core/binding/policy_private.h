/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the files of the policy reader share: policy.c finds the subjects, policy_normal.c brings each policy into
 * normal form, policy_facts.c reads what an alternative says.
 */
#ifndef WSSC_BINDING_POLICY_PRIVATE_H
#define WSSC_BINDING_POLICY_PRIVATE_H

#include "binding/policy.h"

/* An assertion of one alternative, with the one alternative of its nested policy. */
typedef struct {
    const xmlNode *node;
    WsscPoolList *nested; /* WsscAssertion; NULL without a nested policy */
} WsscAssertion;

/* One reading. */
typedef struct {
    WsscPolicy *policy;
    const xmlNode *root;
    guint depth;
    guint steps;            /* elements looked at: bounded */
    guint made;             /* alternatives beyond the first: bounded */
    guint ports;            /* ports and bindings looked at: bounded */
    GPtrArray *definitions; /* xmlNode: wsdl:definitions of the document; metadata has several */
    GHashTable *ids;        /* id or name -> xmlNode of a policy */
} WsscPolicyReader;

/* The normal form of policies that apply together: a list of alternatives, each a WsscPoolList of WsscAssertion. */
WsscPoolList *wssc_policy_normal_form(WsscPolicyReader *reader, const WsscPoolList *policies);

WsscAlternative *wssc_policy_facts(WsscPolicyReader *reader, const WsscPoolList *assertions);

/* The policy of that id or name in the document, by "#id" or by name; NULL. */
const xmlNode *wssc_policy_target(const WsscPolicyReader *reader, const char *uri);

/* What the user is told of the reading; the second for what makes the policy partial. */
void wssc_policy_left_away(WsscPolicyReader *reader, const char *format, ...) G_GNUC_PRINTF(2, 3);
void wssc_policy_problem(WsscPolicyReader *reader, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
