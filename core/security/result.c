/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/result.h"

#include <string.h>

static const char *const verdicts[WSSC_VERDICT_MAX] = {"unchecked", "valid", "invalid", "no-key", "unsupported"};
static const char *const kinds[WSSC_KEY_KIND_MAX] = {"unknown",       "sct",      "derived", "x509",
                                                     "encrypted-key", "username", "saml",    "kerberos"};
static const char *const digests[WSSC_DIGEST_MAX] = {"unchecked", "ok", "mismatch", "unresolved", "unsupported"};
static const char *const results[WSSC_DECRYPTION_MAX] = {"decrypted", "failed", "no-key", "unsupported"};

static const char *const protected_things[WSSC_PROTECTS_MAX] = {"message", "others", "token", "payload", "nothing"};

const char *wssc_protects_name(WsscProtects protects)
{
    return protected_things[protects];
}

const char *wssc_verdict_name(WsscVerdict verdict)
{
    return verdicts[verdict];
}

const char *wssc_key_kind_name(WsscKeyKind kind)
{
    return kinds[kind];
}

const char *wssc_digest_name(WsscDigest digest)
{
    return digests[digest];
}

const char *wssc_decryption_result_name(WsscDecryptionResult result)
{
    return results[result];
}

const char *wssc_password_result_name(WsscPasswordResult result)
{
    static const char *const names[WSSC_PASSWORD_MAX] = {"fits", "misfit", "no-key", "unsupported"};
    return names[result];
}

const char *wssc_password_kind_name(WsscPasswordKind kind)
{
    static const char *const names[WSSC_PASSWORD_KIND_MAX] = {"PasswordText", "PasswordDigest", "other"};
    return names[kind];
}

/* ---- results ------------------------------------------------------------------------------------------------ */

static void free_reference(gpointer data)
{
    WsscSignedReference *reference = data;
    g_free(reference->uri);
    g_free(reference->element);
    g_free(reference->element_ns);
    g_free(reference->reason);
    g_free(reference->expected);
    g_free(reference->computed);
    g_free(reference->digest_algorithm);
    g_clear_pointer(&reference->transforms, g_ptr_array_unref);
    g_free(reference);
}

static void free_step(gpointer data)
{
    WsscStep *step = data;
    g_free(step->title);
    g_free(step->text);
    g_free(step);
}

static void free_signature(gpointer data)
{
    WsscSignature *signature = data;
    g_ptr_array_set_free_func(signature->references, free_reference);
    g_ptr_array_unref(signature->references);
    if (signature->steps != NULL) {
        g_ptr_array_set_free_func(signature->steps, free_step);
        g_ptr_array_unref(signature->steps);
    }
    g_free(signature->algorithm);
    g_free(signature->canonicalization);
    g_free(signature->context);
    g_free(signature->instance);
    g_free(signature->reason);
    g_free(signature->deviation);
    g_free(signature->hypothesis);
    g_free(signature->key_doubt);
    g_free(signature->key_fingerprint);
    g_free(signature->certificate);
    g_free(signature->trust);
    g_free(signature->value);
    g_free(signature);
}

static void free_decryption(gpointer data)
{
    WsscDecryption *decryption = data;
    g_free(decryption->element);
    g_free(decryption->parent);
    g_free(decryption->content);
    g_free(decryption->id);
    g_free(decryption->algorithm);
    g_free(decryption->context);
    g_free(decryption->instance);
    g_free(decryption->reason);
    g_free(decryption->deviation);
    g_free(decryption->key_fingerprint);
    g_free(decryption->root_fingerprint);
    g_clear_pointer(&decryption->plaintext, g_bytes_unref);
    g_free(decryption);
}

static void free_password(gpointer data)
{
    WsscPasswordCheck *check = data;
    g_free(check->user);
    g_free(check->reason);
    g_free(check->hypothesis);
    g_free(check);
}

static void free_note(gpointer data)
{
    g_free(((WsscSecurityNote *)data)->text);
    g_free(data);
}

void wssc_security_free(WsscSecurity *security)
{
    if (security == NULL)
        return;
    g_ptr_array_unref(security->signatures);
    g_ptr_array_unref(security->decryptions);
    g_clear_pointer(&security->passwords, g_ptr_array_unref);
    g_clear_pointer(&security->coverage, g_array_unref);
    g_clear_pointer(&security->notes, g_ptr_array_unref);
    wssc_xml_unref(security->opened);
    g_free(security);
}

static void shorten_reference(WsscSignedReference *reference)
{
    g_clear_pointer(&reference->uri, g_free);
    g_clear_pointer(&reference->element_ns, g_free);
    g_clear_pointer(&reference->reason, g_free);
    g_clear_pointer(&reference->expected, g_free);
    g_clear_pointer(&reference->computed, g_free);
    g_clear_pointer(&reference->transforms, g_ptr_array_unref);
}

static void shorten_signature(WsscSignature *signature)
{
    for (guint i = 0; i < signature->references->len; i++)
        shorten_reference(signature->references->pdata[i]);
    g_clear_pointer(&signature->canonicalization, g_free);
    g_clear_pointer(&signature->reason, g_free);
    g_clear_pointer(&signature->deviation, g_free);
    g_clear_pointer(&signature->hypothesis, g_free);
    g_clear_pointer(&signature->key_doubt, g_free);
    g_clear_pointer(&signature->key_fingerprint, g_free);
    g_clear_pointer(&signature->trust, g_free);
    g_clear_pointer(&signature->value, g_free);
}

static void shorten_decryption(WsscDecryption *decryption)
{
    g_clear_pointer(&decryption->element, g_free);
    g_clear_pointer(&decryption->parent, g_free);
    g_clear_pointer(&decryption->content, g_free);
    g_clear_pointer(&decryption->id, g_free);
    g_clear_pointer(&decryption->algorithm, g_free);
    g_clear_pointer(&decryption->instance, g_free);
    g_clear_pointer(&decryption->deviation, g_free);
    g_clear_pointer(&decryption->key_fingerprint, g_free);
    g_clear_pointer(&decryption->root_fingerprint, g_free);
}

void wssc_security_shorten(WsscSecurity *security)
{
    for (guint i = 0; i < security->signatures->len; i++)
        shorten_signature(security->signatures->pdata[i]);
    for (guint i = 0; i < security->decryptions->len; i++)
        shorten_decryption(security->decryptions->pdata[i]);
    g_clear_pointer(&security->passwords, g_ptr_array_unref);
    g_clear_pointer(&security->coverage, g_array_unref);
    g_clear_pointer(&security->notes, g_ptr_array_unref);
}

void wssc_security_forget_content(WsscSecurity *security)
{
    for (guint i = 0; i < security->decryptions->len; i++)
        g_clear_pointer(&((WsscDecryption *)security->decryptions->pdata[i])->plaintext, g_bytes_unref);
    if (security->opened == NULL)
        return;
    wssc_xml_unref(security->opened);
    security->opened = wssc_xml_new(NULL, WSSC_XML_TEXT);
}

WsscSecurity *wssc_result_new(void)
{
    WsscSecurity *result = g_new0(WsscSecurity, 1);
    result->signatures = g_ptr_array_new_with_free_func(free_signature);
    result->decryptions = g_ptr_array_new_with_free_func(free_decryption);
    result->passwords = g_ptr_array_new_with_free_func(free_password);
    result->coverage = g_array_new(FALSE, FALSE, sizeof(WsscCoverage));
    result->notes = g_ptr_array_new_with_free_func(free_note);
    return result;
}

void wssc_result_note_limit(WsscSecurity *result, WsscLimitId id, guint value)
{
    g_autofree char *words = wssc_limit_words(id, value);
    wssc_result_note(result, "limit-reached", "%s", words);
}

void wssc_result_take_note(WsscSecurity *result, const char *id, char *text)
{
    WsscSecurityNote *entry = g_new0(WsscSecurityNote, 1);
    entry->id = id;
    entry->text = text;
    g_ptr_array_add(result->notes, entry);
}

void wssc_result_note(WsscSecurity *result, const char *id, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    wssc_result_take_note(result, id, strchr(format, '%') != NULL ? g_strdup_vprintf(format, args) : g_strdup(format));
    va_end(args);
}

/* ---- explanation ---------------------------------------------------------------------------------------- */

static void add_step(WsscSignature *signature, const char *title, char *text)
{
    WsscStep *step = g_new0(WsscStep, 1);
    step->title = g_strdup(title);
    step->text = text;
    g_ptr_array_add(signature->steps, step);
}

void wssc_result_explain(WsscSignature *signature, const char *title, const char *format, ...)
{
    va_list args;
    if (signature->steps == NULL)
        return;
    va_start(args, format);
    add_step(signature, title, g_strdup_vprintf(format, args));
    va_end(args);
}

void wssc_result_explain_octets(WsscSignature *signature, const char *title, const GByteArray *octets)
{
    if (signature->steps != NULL)
        add_step(signature, title, g_strndup((const char *)octets->data, octets->len));
}
