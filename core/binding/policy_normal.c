/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Normal form (WS-Policy 1.5 section 4.3.3): a policy is a choice of alternatives, each a set of assertions. Policy and
 * All hold what goes together, ExactlyOne holds what excludes each other, Optional is with or without, a reference
 * stands for its target, and a nested policy has alternatives of its own: one for each of them the assertion differs.
 */
#include <string.h>

#include "base/limits.h"
#include "binding/policy_private.h"

static WsscPoolList *expand(WsscPolicyReader *reader, const xmlNode *element);

static void note(WsscPolicyReader *reader, const char *text)
{
    WsscPolicy *policy = reader->policy;
    for (guint i = 0; i < policy->problems->len; i++)
        if (strcmp(policy->problems->pdata[i], text) == 0)
            return;
    if (policy->problems->len < WSSC_MAX_POLICY_PROBLEMS)
        wssc_pool_add(policy->pool, &policy->problems, wssc_pool_strdup(policy->pool, text));
}

void wssc_policy_problem(WsscPolicyReader *reader, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    note(reader, text);
}

void wssc_policy_left_away(WsscPolicyReader *reader, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    reader->policy->is_partial = TRUE;
    note(reader, text);
}

static gboolean is_operator(const xmlNode *element, const char *name)
{
    return wssc_xml_is(element, WSSC_NS_FAMILY_WSP, name);
}

/* ---- lists of alternatives -------------------------------------------------------------------------------------- */

/* FALSE when there are too many: then what came is all that is looked at. */
static gboolean may_make(WsscPolicyReader *reader)
{
    if (reader->made < WSSC_MAX_ALTERNATIVES)
        return TRUE;
    wssc_policy_left_away(reader, "more than %d alternatives: the others are left away", WSSC_MAX_ALTERNATIVES);
    return FALSE;
}

/* The one alternative that asks for nothing. */
static WsscPoolList *nothing(WsscPolicyReader *reader)
{
    WsscPoolList *list = wssc_pool_no_items();
    wssc_pool_add(reader->policy->pool, &list, wssc_pool_no_items());
    return list;
}

static void append(WsscPool *pool, WsscPoolList **list, const WsscPoolList *more)
{
    for (guint i = 0; i < more->len; i++)
        wssc_pool_add(pool, list, more->pdata[i]);
}

/* Each of the one with each of the other. The alternatives of left are the caller's own, and are changed. */
static WsscPoolList *crossed(WsscPolicyReader *reader, WsscPoolList *left, const WsscPoolList *right)
{
    WsscPool *pool = reader->policy->pool;
    WsscPoolList *result = wssc_pool_no_items();
    if (right->len == 1) {
        for (guint l = 0; l < left->len; l++) {
            WsscPoolList *own = left->pdata[l];
            append(pool, &own, right->pdata[0]);
            left->pdata[l] = own;
        }
        return left;
    }
    /* Where there are too many, each goes on with the first: no assertion that all have is lost. */
    for (guint l = 0; l < left->len; l++) {
        for (guint r = 0; r < right->len && (r == 0 || may_make(reader)); r++) {
            WsscPoolList *both = wssc_pool_no_items();
            append(pool, &both, left->pdata[l]);
            append(pool, &both, right->pdata[r]);
            wssc_pool_add(pool, &result, both);
            reader->made += r > 0 ? 1 : 0;
        }
    }
    return result;
}

/* ---- elements --------------------------------------------------------------------------------------------------- */

static WsscPoolList *expand_all(WsscPolicyReader *reader, const xmlNode *element)
{
    WsscPoolList *result = nothing(reader);
    for (const xmlNode *e = wssc_xml_first(element); e != NULL; e = wssc_xml_next(e))
        result = crossed(reader, result, expand(reader, e));
    return result;
}

static WsscPoolList *expand_one_of(WsscPolicyReader *reader, const xmlNode *element)
{
    WsscPoolList *result = wssc_pool_no_items();
    for (const xmlNode *e = wssc_xml_first(element); e != NULL; e = wssc_xml_next(e)) {
        WsscPoolList *each = expand(reader, e);
        for (guint i = 0; i < each->len && (result->len == 0 || may_make(reader)); i++) {
            wssc_pool_add(reader->policy->pool, &result, each->pdata[i]);
            reader->made += result->len > 1 ? 1 : 0;
        }
    }
    return result;
}

const xmlNode *wssc_policy_target(const WsscPolicyReader *reader, const char *uri)
{
    return uri != NULL ? g_hash_table_lookup(reader->ids, uri[0] == '#' ? uri + 1 : uri) : NULL;
}

static WsscPoolList *expand_reference(WsscPolicyReader *reader, const xmlNode *element)
{
    g_autofree char *uri = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "URI");
    const xmlNode *target = wssc_policy_target(reader, uri);
    if (target != NULL)
        return expand(reader, target);
    g_autofree char *valid = g_utf8_make_valid(uri != NULL ? uri : "", -1);
    wssc_policy_left_away(reader, "no policy \"%.100s\" in the document", valid);
    return nothing(reader);
}

static gboolean is_optional(const xmlNode *element)
{
    g_autofree char *text = wssc_xml_attr_value(element, WSSC_NS_FAMILY_WSP, "Optional");
    return text != NULL && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

static WsscPoolList *single(WsscPolicyReader *reader, const xmlNode *node, WsscPoolList *nested)
{
    WsscPool *pool = reader->policy->pool;
    WsscAssertion *assertion = wssc_pool_new0(pool, WsscAssertion);
    WsscPoolList *alternative = wssc_pool_no_items();
    assertion->node = node;
    assertion->nested = nested;
    wssc_pool_add(pool, &alternative, assertion);
    return alternative;
}

/* In WS-SecurityPolicy 1.1 what belongs to an assertion stands in its nested policy, too. */
static WsscPoolList *expand_assertion(WsscPolicyReader *reader, const xmlNode *element)
{
    const xmlNode *policy = wssc_xml_child(element, WSSC_NS_FAMILY_WSP, "Policy");
    WsscPoolList *result = wssc_pool_no_items();
    WsscPoolList *nested = policy != NULL ? expand(reader, policy) : NULL;

    if (is_optional(element))
        wssc_pool_add(reader->policy->pool, &result, wssc_pool_no_items());
    if (nested == NULL)
        wssc_pool_add(reader->policy->pool, &result, single(reader, element, NULL));
    for (guint i = 0; nested != NULL && i < nested->len; i++)
        wssc_pool_add(reader->policy->pool, &result, single(reader, element, nested->pdata[i]));
    return result;
}

static WsscPoolList *expand(WsscPolicyReader *reader, const xmlNode *element)
{
    WsscPoolList *result;
    if (reader->depth >= WSSC_MAX_POLICY_DEPTH || reader->steps++ >= WSSC_MAX_POLICY_STEPS) {
        wssc_policy_left_away(reader, "too much of it, too deep, or references in a circle: the rest is left away");
        return nothing(reader);
    }
    reader->depth++;
    if (is_operator(element, "Policy") || is_operator(element, "All"))
        result = expand_all(reader, element);
    else if (is_operator(element, "ExactlyOne"))
        result = expand_one_of(reader, element);
    else if (is_operator(element, "PolicyReference"))
        result = expand_reference(reader, element);
    else
        result = expand_assertion(reader, element);
    reader->depth--;
    return result;
}

WsscPoolList *wssc_policy_normal_form(WsscPolicyReader *reader, const WsscPoolList *policies)
{
    WsscPoolList *result = nothing(reader);
    for (guint i = 0; i < policies->len; i++)
        result = crossed(reader, result, expand(reader, policies->pdata[i]));
    return result;
}
