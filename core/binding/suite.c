/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Which algorithm suites fit what was signed, digested, encrypted and derived.
 */
#include "binding/suite.h"

#include <string.h>

#include "binding/private.h"
#include "security/algorithms.h"

static const WsscSuite suites[] = {
#define WSSC_SUITE(name, bits, digest, encryption, is_rsa15, signing, encrypting, wwsapi)                              \
    {name, bits, digest, encryption, is_rsa15, signing, encrypting, wwsapi},
#include "binding/suites.def"
#undef WSSC_SUITE
};

const WsscSuite *wssc_suite_named(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(suites); i++)
        if (g_strcmp0(suites[i].name, name) == 0)
            return &suites[i];
    return NULL;
}

/* ---- what was seen -------------------------------------------------------------------------------------------- */

typedef struct {
    const char *digest, *encryption; /* as algorithms.def calls them; NULL */
    WsscTruth is_rsa15;
    gint64 bits;           /* of the context's key, where it goes by the suite; -1 */
    gint64 longest;        /* octets of the longest derived key; -1 */
    gboolean is_encrypted; /* ... and something was encrypted, maybe with it */
    const WsscMessage *from;
} Seen;

static void see_signature(const WsscSignature *signature, Seen *seen)
{
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        const WsscAlgorithm *digest = wssc_algorithm_find(reference->digest_algorithm);
        if (digest != NULL && seen->digest == NULL)
            seen->digest = digest->name;
    }
}

static void see_message(const WsscTrace *trace, const WsscMessage *message, Seen *seen)
{
    const WsscSecurity *security = message->security;
    const WsscSecurityHeader *header = message->soap->security;
    gboolean is_plain = message->soap->operation == WSSC_OPERATION_NONE;

    for (guint i = 0; security != NULL && i < security->signatures->len; i++) {
        const WsscSignature *signature = security->signatures->pdata[i];
        if (signature->context == NULL || g_strcmp0(signature->context, trace->context->identifier) != 0)
            continue;
        see_signature(signature, seen);
        seen->from = seen->from != NULL ? seen->from : message;
    }
    for (guint i = 0; security != NULL && i < security->decryptions->len; i++) {
        const WsscDecryption *decryption = security->decryptions->pdata[i];
        const WsscAlgorithm *algorithm = wssc_algorithm_find(decryption->algorithm);
        if (algorithm == NULL)
            continue;
        if (algorithm->kind == WSSC_ALGORITHM_RSA15 || algorithm->kind == WSSC_ALGORITHM_OAEP)
            seen->is_rsa15 = algorithm->kind == WSSC_ALGORITHM_RSA15 ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
        else if (is_plain && (algorithm->kind == WSSC_ALGORITHM_CBC || algorithm->kind == WSSC_ALGORITHM_GCM)) {
            seen->encryption = algorithm->name;
            seen->is_encrypted = TRUE;
            seen->from = seen->from != NULL ? seen->from : message;
        }
    }
    for (guint i = 0; header != NULL && is_plain && i < header->derived_keys->len; i++)
        seen->longest = MAX(seen->longest, ((const WsscDerivedKey *)header->derived_keys->pdata[i])->length);
}

/* Metro asks for 256 bits over TLS, whatever its suite says. */
static gboolean size_goes_by_suite(const WsscBinding *binding)
{
    const WsscLikeness *client = &binding->likeness[WSSC_PART_CLIENT];
    return !(client->is_like && client->like == WSSC_STACK_METRO && binding->transport == WSSC_TRANSPORT_HTTPS);
}

static Seen look(const WsscTrace *trace, const WsscBinding *binding)
{
    const WsscProperty *size = &binding->properties[WSSC_PROPERTY_KEY_SIZE];
    Seen seen = {.bits = -1, .longest = -1};
    for (guint i = 0; i < trace->messages->len; i++)
        see_message(trace, trace->messages->pdata[i], &seen);
    if (size->value != WSSC_NO_VALUE && size_goes_by_suite(binding))
        seen.bits = size->value;
    return seen;
}

/* ---- which fit --------------------------------------------------------------------------------------------------- */

static gboolean fits(const WsscSuite *suite, const Seen *seen)
{
    if (seen->digest != NULL && *suite->digest != '\0' && strcmp(suite->digest, seen->digest) != 0)
        return FALSE;
    if (seen->encryption != NULL && strcmp(suite->encryption, seen->encryption) != 0)
        return FALSE;
    if (seen->is_rsa15 != WSSC_TRUTH_UNKNOWN && suite->is_rsa15 != (seen->is_rsa15 == WSSC_TRUTH_YES))
        return FALSE;
    if (seen->bits > 0 && suite->bits != seen->bits)
        return FALSE;
    if (seen->longest > 0 && suite->signing != seen->longest && suite->encrypting != seen->longest)
        return FALSE;
    /* Suites of GCM are told by encrypting with it alone. */
    return *suite->digest != '\0' || seen->encryption != NULL;
}

/* Names of those that differ in more than RSA, which nothing showed. */
static char *name_of(const GPtrArray *fitting, const Seen *seen)
{
    g_autoptr(GString) names = g_string_new(NULL);
    guint count = 0;
    for (guint i = 0; i < fitting->len; i++) {
        const WsscSuite *suite = wssc_suite_named(fitting->pdata[i]);
        if (seen->is_rsa15 == WSSC_TRUTH_UNKNOWN && suite->is_rsa15)
            continue;
        g_string_append_printf(names, "%s%s", count > 0 ? " or " : "", suite->name);
        count++;
    }
    return count == 1 || count == 2 ? g_strdup(names->str) : NULL;
}

static char *seen_text(const Seen *seen)
{
    GString *text = g_string_new(NULL);
    if (seen->digest != NULL)
        g_string_append_printf(text, "digest %s", seen->digest);
    if (seen->encryption != NULL)
        g_string_append_printf(text, "%sencryption %s", text->len > 0 ? ", " : "", seen->encryption);
    if (seen->bits > 0)
        g_string_append_printf(text, "%sa key of %" G_GINT64_FORMAT " bits", text->len > 0 ? ", " : "", seen->bits);
    if (seen->longest > 0)
        g_string_append_printf(text, "%sderived keys of %" G_GINT64_FORMAT " octets", text->len > 0 ? ", " : "",
                               seen->longest);
    return g_string_free(text, FALSE);
}

static void find_fitting(const Seen *seen, GPtrArray *ret_names)
{
    for (guint i = 0; i < G_N_ELEMENTS(suites); i++)
        if (fits(&suites[i], seen))
            g_ptr_array_add(ret_names, (gpointer)suites[i].name);
}

void wssc_suite_find(const WsscTrace *trace, WsscBinding *binding)
{
    Seen seen = look(trace, binding);

    if (seen.digest == NULL && seen.encryption == NULL)
        return;
    find_fitting(&seen, binding->suites);
    /* A size that a program asks for by itself tells less than what is done with keys. */
    if (binding->suites->len == 0) {
        seen.bits = -1;
        find_fitting(&seen, binding->suites);
    }
    g_autofree char *words = seen_text(&seen);
    binding->suite = name_of(binding->suites, &seen);
    binding->suite_text =
        g_strdup_printf("%s%s", words,
                        binding->suites->len == 0 ? ": no suite of WS-SecurityPolicy"
                        : binding->suite == NULL  ? ": several suites fit"
                        : seen.encryption == NULL ? "; only the client signs, the service's own suite does not show"
                                                  : "");
    binding->suite_from = seen.from;
}
