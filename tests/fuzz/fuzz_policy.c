/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies, WSDL and metadata, read and compared with a context of which little is known.
 */
#include "fuzz.h"

#include "base/limits.h"
#include "binding/compare.h"
#include "binding/private.h"

static WsscBinding *some_binding(void)
{
    WsscBinding *binding = wssc_binding_new();
    binding->endpoint = g_strdup("https://service/");
    binding->transport = WSSC_TRANSPORT_HTTPS;
    binding->statements = g_ptr_array_new_with_free_func(wssc_statement_free);
    for (int id = 0; id < WSSC_STATEMENT_MAX; id++)
        g_ptr_array_add(binding->statements,
                        wssc_statement_new((WsscStatementId)id, WSSC_TRUTH_UNKNOWN, g_strdup("unknown")));
    wssc_property_is(&binding->properties[WSSC_PROPERTY_VERSION], WSSC_KNOWN_EXACT, WSSC_VERSION_1_3, "%s", "seen");
    return binding;
}

static void check(const WsscPolicy *policy)
{
    FUZZ_ASSERT(policy->subjects->len > 0 && policy->subjects->len <= WSSC_MAX_SUBJECTS);
    FUZZ_ASSERT(policy->problems->len <= WSSC_MAX_POLICY_PROBLEMS);
    for (guint i = 0; i < policy->problems->len; i++)
        FUZZ_ASSERT(g_utf8_validate(policy->problems->pdata[i], -1, NULL));
    for (guint i = 0; i < policy->unknown->len; i++)
        FUZZ_ASSERT(g_utf8_validate(policy->unknown->pdata[i], -1, NULL));
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(GBytes) octets = fuzz_octets(wssc_bytes(data, size));
    g_autoptr(WsscXml) xml = wssc_xml_parse_without_spans(octets, NULL, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscPolicy) policy = xml != NULL ? wssc_policy_read(wssc_xml_root(xml), &error) : NULL;

    FUZZ_ASSERT(xml == NULL || (policy != NULL) != (error != NULL));
    if (policy == NULL)
        return 0;
    check(policy);
    WsscBinding *binding = some_binding();
    g_autoptr(WsscComparison) comparison = wssc_compare(binding, policy);
    guint differs = 0;
    for (guint i = 0; comparison != NULL && i < comparison->lines->len; i++) {
        const WsscComparedLine *line = comparison->lines->pdata[i];
        FUZZ_ASSERT(line->name != NULL && line->configured != NULL && line->observed != NULL);
        FUZZ_ASSERT(g_utf8_validate(line->configured, -1, NULL));
        differs += line->result == WSSC_COMPARED_DIFFERS ? 1 : 0;
    }
    FUZZ_ASSERT(comparison == NULL || comparison->differences == differs);
    FUZZ_ASSERT(comparison == NULL || !policy->is_partial || differs == 0);
    wssc_binding_free(binding);
    return 0;
}
