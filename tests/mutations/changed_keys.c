/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The message stays, or what is signed of it does: the key is another one, or the message names another one.
 */
#include <stdio.h>
#include <string.h>

#include "mutate.h"

/* ---- other keys in the key file ---------------------------------------------------------------------------- */

static gboolean is_certificate(const xmlNode *n)
{
    g_autofree char *type =
        is_named(n, "BinarySecurityToken") || is_named(n, "KeyIdentifier") ? attribute(n, "ValueType") : NULL;
    return is_named(n, "X509Certificate") || (type != NULL && g_str_has_suffix(type, "#X509v3"));
}

static gboolean is_key_value(const xmlNode *n)
{
    return is_named(n, "Modulus") || is_named(n, "PublicKey") || is_named(n, "Y") || is_named(n, "BinarySecret");
}

/* Elements of the tokens that the KeyInfo leads to. The key inside an EncryptedKey is no key in the message, and
 * whose signature an assertion has is another matter. */
static GPtrArray *key_elements(const Mutation *m)
{
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < m->path->len; i++) {
        xmlNode *token = m->path->pdata[i];
        for (xmlNode *n = token; n != NULL; n = walk(token, n)) {
            gboolean is_foreign = FALSE;
            for (xmlNode *up = n; up != token && !is_foreign; up = up->parent)
                is_foreign = is_named(up->parent, "EncryptedKey") || is_named(up->parent, "Signature");
            if (n->type == XML_ELEMENT_NODE && !is_foreign && !g_ptr_array_find(found, n, NULL))
                g_ptr_array_add(found, n);
        }
    }
    return found;
}

static gboolean has_own_key(const Mutation *m)
{
    g_autoptr(GPtrArray) elements = key_elements(m);
    for (guint i = 0; i < elements->len; i++) {
        const xmlNode *n = elements->pdata[i];
        g_autofree char *type = attribute(n, "ValueType");
        if (is_certificate(n) || is_key_value(n) || is_named(n, "Password") ||
            (is_named(n, "BinarySecurityToken") && type != NULL && strstr(type, "erberos") == NULL))
            return TRUE;
    }
    return FALSE;
}

static Step change_keys(Mutation *m, KeyChange change)
{
    if (has_own_key(m))
        return NO_MORE;
    m->ring = keys_ring(m->subject->form->sample->keys, change, m->turn);
    return m->ring != NULL ? MUTATED : NO_MORE;
}

static Step key_bit(Mutation *m)
{
    return change_keys(m, KEYS_BIT);
}

static Step key_length(Mutation *m)
{
    return change_keys(m, KEYS_LENGTH);
}

static Step key_of_another(Mutation *m)
{
    return change_keys(m, KEYS_OTHER);
}

static Step key_gone(Mutation *m)
{
    return change_keys(m, KEYS_NONE);
}

static Step key_of_instance(Mutation *m)
{
    if (m->turn > 0 || m->subject->context == NULL || has_own_key(m))
        return NO_MORE;
    m->ring = keys_ring_instance(m->subject->form->sample->keys, m->subject->context, m->subject->instance);
    return m->ring != NULL ? MUTATED : NO_MORE;
}

/* ---- another key in the message ------------------------------------------------------------------------------ */

static gboolean put_forged_certificate(xmlNode *element)
{
    g_autoptr(GBytes) octets = wssc_xml_base64(element);
    gsize len = 0;
    const guint8 *data = octets != NULL ? g_bytes_get_data(octets, &len) : NULL;
    X509 *certificate = data != NULL ? d2i_X509(NULL, &data, (long)len) : NULL;
    if (certificate == NULL)
        return FALSE;
    X509 *forged = keys_forge_certificate(certificate);
    unsigned char *der = NULL;
    int size = i2d_X509(forged, &der);
    g_autoptr(GBytes) changed = g_bytes_new(der, (gsize)size);
    set_base64(element, changed);
    OPENSSL_free(der);
    X509_free(forged);
    X509_free(certificate);
    return TRUE;
}

static Step key_in_message(Mutation *m)
{
    g_autoptr(GPtrArray) elements = key_elements(m);
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    for (guint i = 0; i < elements->len; i++)
        if (is_certificate(elements->pdata[i]) || is_key_value(elements->pdata[i]))
            g_ptr_array_add(keys, elements->pdata[i]);
    xmlNode *element = mutation_pick(m, keys);
    if (element == NULL)
        return NO_MORE;
    LABEL(m, "%s", element->name);
    if (is_certificate(element))
        return put_forged_certificate(element) ? MUTATED : NOT_HERE;
    flip_base64(element, -1);
    return MUTATED;
}

static Step encrypted_key(Mutation *m)
{
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    for (guint i = 0; i < m->path->len; i++) {
        xmlNode *key = is_named(m->path->pdata[i], "EncryptedKey") ? m->path->pdata[i]
                                                                   : below_named(m->path->pdata[i], "EncryptedKey");
        xmlNode *value = key != NULL ? below_named(child_named(key, "CipherData"), "CipherValue") : NULL;
        if (value != NULL && !g_ptr_array_find(values, value, NULL))
            g_ptr_array_add(values, value);
    }
    if (m->turn / 2 >= values->len)
        return NO_MORE;
    LABEL(m, "%s octet of the EncryptedKey", m->turn % 2 == 0 ? "first" : "last");
    flip_base64(values->pdata[m->turn / 2], m->turn % 2 == 0 ? 0 : -1);
    return MUTATED;
}

static Step username(Mutation *m)
{
    static const char *const names[] = {"Salt", "Iteration", "Username"};
    for (guint i = 0; i < m->path->len; i++) {
        xmlNode *token = m->path->pdata[i];
        if (!is_named(token, "UsernameToken") || m->turn >= G_N_ELEMENTS(names))
            continue;
        xmlNode *element = child_named(token, names[m->turn]);
        LABEL(m, "%s", names[m->turn]);
        if (element == NULL)
            return NOT_HERE;
        if (m->turn == 0)
            flip_base64(element, 0);
        else
            flip_node(element);
        return MUTATED;
    }
    return NO_MORE;
}

/* ---- derived keys ---------------------------------------------------------------------------------------------- */

static void set_number(xmlNode *token, const char *name, int value)
{
    g_autofree char *text = g_strdup_printf("%d", value);
    xmlNode *element = child_named(token, name);
    if (element != NULL)
        xmlNodeSetContent(element, (const xmlChar *)text);
    else
        xmlNewChild(token, token->ns, (const xmlChar *)name, (const xmlChar *)text);
}

/* The number that the element says; missing where it is not there. */
static int number(const xmlNode *token, const char *name, int missing)
{
    xmlNode *element = child_named(token, name);
    xmlChar *text = element != NULL ? xmlNodeGetContent(element) : NULL;
    int value = missing;
    if (text != NULL)
        sscanf((const char *)text, "%d", &value);
    xmlFree(text);
    return value;
}

static Step label(Mutation *m, xmlNode *token, gboolean is_removed)
{
    xmlNode *element = below_named(token, "Label");
    if (!is_removed) {
        if (element != NULL)
            flip_node(element);
        else
            xmlNewChild(token, token->ns, (const xmlChar *)"Label", (const xmlChar *)"forged");
        return MUTATED;
    }
    xmlChar *text = element != NULL ? xmlNodeGetContent(element) : NULL;
    gboolean is_default =
        text == NULL || *text == '\0' || strcmp((const char *)text, "WS-SecureConversationWS-SecureConversation") == 0;
    if (text != NULL && strcmp((const char *)text, "WS-SecureConversation") == 0)
        m->habit = "label-once";
    xmlFree(text);
    if (is_default)
        return NOT_HERE;
    xmlUnlinkNode(element);
    xmlFreeNode(element);
    return MUTATED;
}

/* One of a key that is longer or shorter begins with the same octets, and HMAC fills up with zeros: sixteen more are
 * no zeros. */
static Step derivation(Mutation *m, xmlNode *token, guint what)
{
    static const char *const names[] = {"Label",  "Label removed", "Nonce",      "Nonce removed",
                                        "Length", "Offset",        "Generation", "Algorithm"};
    xmlNode *nonce = below_named(token, "Nonce");
    gboolean has_offset = child_named(token, "Offset") != NULL;
    gboolean has_generation = child_named(token, "Generation") != NULL;
    LABEL(m, "%s", names[what]);
    switch (what) {
    case 0:
    case 1:
        return label(m, token, what == 1);
    case 2:
        flip_base64(nonce, 0);
        return MUTATED;
    case 3:
        xmlUnlinkNode(nonce);
        xmlFreeNode(nonce);
        return MUTATED;
    case 4:
        set_number(token, "Length", number(token, "Length", 32) + 16);
        return MUTATED;
    case 5:
        if (has_generation)
            return NOT_HERE;
        set_number(token, "Offset", number(token, "Offset", 0) + 16);
        m->habit = "offset-ignored";
        return MUTATED;
    case 6:
        if (has_offset)
            return NOT_HERE;
        set_number(token, "Generation", number(token, "Generation", 0) + 1);
        m->habit = "generation-ignored";
        return MUTATED;
    default:
        xmlSetProp(token, (const xmlChar *)"Algorithm", (const xmlChar *)"urn:unknown");
        return MUTATED;
    }
}

static Step derived_key(Mutation *m)
{
    guint tokens = 0;
    for (guint i = 0; i < m->path->len; i++)
        if (is_named(m->path->pdata[i], "DerivedKeyToken") && tokens++ == m->turn / 8)
            return derivation(m, m->path->pdata[i], m->turn % 8);
    return NO_MORE;
}

static Step implied_key(Mutation *m)
{
    for (guint i = 0; i < m->path->len; i++) {
        xmlNode *root = m->path->pdata[i];
        for (xmlNode *n = root; n != NULL; n = walk(root, n)) {
            xmlAttr *attr = is_named(n, "SecurityTokenReference") ? xmlHasProp(n, (const xmlChar *)"Nonce") : NULL;
            if (attr == NULL || m->turn > 0)
                continue;
            LABEL(m, "Nonce of the reference");
            flip_attribute(attr);
            return MUTATED;
        }
    }
    return NO_MORE;
}

/* ---- what the message names -------------------------------------------------------------------------------------- */

static Step remove_node(xmlNode *node)
{
    xmlUnlinkNode(node);
    xmlFreeNode(node);
    return MUTATED;
}

static Step context_token(Mutation *m, xmlNode *token, guint what)
{
    xmlNode *instance = child_named(token, "Instance");
    switch (what) {
    case 0:
        LABEL(m, "Identifier");
        flip_node(child_named(token, "Identifier"));
        return MUTATED;
    case 1:
        LABEL(m, "Instance %s", instance != NULL ? "changed" : "added");
        if (instance != NULL)
            flip_node(instance);
        else
            xmlNewChild(token, token->ns, (const xmlChar *)"Instance", (const xmlChar *)"urn:forged");
        return MUTATED;
    default:
        LABEL(m, "Instance removed");
        m->habit = "unnamed-instance"; /* just so do Metro and CXF write it */
        /* Where Metro signed with the first key all the same, that is the one that is named then. */
        return instance != NULL && m->subject->instance != NULL ? remove_node(instance) : NOT_HERE;
    }
}

/* A reference by identifier: <wsse:Reference URI="urn:..." wsc:Instance="..."> */
static Step context_uri(Mutation *m, xmlNode *reference, guint what)
{
    xmlAttr *instance = xmlHasProp(reference, (const xmlChar *)"Instance");
    switch (what) {
    case 0:
        LABEL(m, "URI");
        flip_attribute(xmlHasProp(reference, (const xmlChar *)"URI"));
        return MUTATED;
    case 1:
        LABEL(m, "Instance changed");
        if (instance == NULL)
            return NOT_HERE;
        flip_attribute(instance);
        return MUTATED;
    default:
        LABEL(m, "Instance removed");
        m->habit = "unnamed-instance";
        if (instance == NULL)
            return NOT_HERE;
        xmlRemoveProp(instance);
        return MUTATED;
    }
}

static Step context_reference(Mutation *m)
{
    g_autoptr(GPtrArray) elements = key_elements(m);
    guint places = 0;
    for (guint i = 0; i < elements->len; i++) {
        xmlNode *n = elements->pdata[i];
        g_autofree char *uri = is_named(n, "Reference") ? attribute(n, "URI") : NULL;
        g_autofree char *type = uri != NULL ? attribute(n, "ValueType") : NULL;
        if (is_named(n, "SecurityContextToken") && places++ == m->turn / 3)
            return context_token(m, n, m->turn % 3);
        if (uri != NULL && *uri != '#' && (type == NULL || g_str_has_suffix(type, "/sct")) && places++ == m->turn / 3)
            return context_uri(m, n, m->turn % 3);
    }
    return NO_MORE;
}

/* Whatever the KeyInfo or the derived key's reference calls its key by, but for contexts. */
static Step key_reference(Mutation *m)
{
    static const char *const names[] = {"KeyIdentifier", "KeyName", "X509SerialNumber", "X509SKI"};
    g_autoptr(GPtrArray) elements = key_elements(m);
    g_autoptr(GPtrArray) places = g_ptr_array_new();
    xmlNode *key_info = child_named(m->signature, "KeyInfo");
    for (guint i = 0; i < elements->len; i++) {
        xmlNode *n = elements->pdata[i];
        g_autofree char *uri = is_named(n, "Reference") ? attribute(n, "URI") : NULL;
        gboolean is_place = uri != NULL && *uri == '#';
        for (guint k = 0; k < G_N_ELEMENTS(names); k++)
            is_place |= is_named(n, names[k]) && !is_certificate(n);
        for (xmlNode *up = n; up != NULL && is_place; up = up->parent)
            is_place = !is_named(up, "Assertion");
        if (is_place)
            g_ptr_array_add(places, n);
    }
    if (m->turn == 0) {
        LABEL(m, "KeyInfo removed");
        return key_info != NULL && !keys_has_unnamed(m->subject->form->sample->keys) ? remove_node(key_info) : NOT_HERE;
    }
    if (m->turn > places->len)
        return NO_MORE;
    xmlNode *place = places->pdata[m->turn - 1];
    LABEL(m, "%s", place->name);
    if (is_named(place, "Reference"))
        flip_attribute(xmlHasProp(place, (const xmlChar *)"URI"));
    else
        flip_node(place);
    return MUTATED;
}

/* The reference names another derived key of the message. */
static Step token_of_another(Mutation *m)
{
    xmlNode *key_info = child_named(m->signature, "KeyInfo");
    xmlNode *reference = key_info != NULL ? below_named(key_info, "Reference") : NULL;
    g_autofree char *uri = reference != NULL ? attribute(reference, "URI") : NULL;
    xmlNode *own = uri != NULL && *uri == '#' ? by_id(m->doc, uri + 1) : NULL;
    guint count = 0;
    if (!is_named(own, "DerivedKeyToken"))
        return NO_MORE;
    for (xmlNode *n = own->parent->children; n != NULL; n = n->next) {
        xmlAttr *id = is_named(n, "DerivedKeyToken") && n != own ? id_of(n) : NULL;
        if (id == NULL || count++ != m->turn)
            continue;
        g_autofree char *other = g_strconcat("#", (const char *)id->children->content, NULL);
        LABEL(m, "%s becomes %s", uri, other);
        xmlSetProp(reference, (const xmlChar *)"URI", (const xmlChar *)other);
        return MUTATED;
    }
    return NO_MORE;
}

const Family key_families[] = {
    {"key/one-bit", key_bit, MAY_LACK_KEY},
    {"key/other-length", key_length, MAY_LACK_KEY},
    {"key/of-another", key_of_another, MAY_LACK_KEY},
    {"key/of-another-instance", key_of_instance, MAY_LACK_KEY},
    {"key/taken-away", key_gone, MUST_LACK_KEY},
    {"key/in-the-message", key_in_message, MAY_LACK_KEY},
    {"key/encrypted-key", encrypted_key, MAY_LACK_KEY},
    {"key/username", username, MAY_LACK_KEY},
    {"key/derived", derived_key, MAY_LACK_KEY},
    {"key/implied-derived", implied_key, MAY_LACK_KEY},
    {"key/context-named", context_reference, MAY_LACK_KEY},
    {"key/reference", key_reference, MAY_LACK_KEY},
    {"key/derived-of-another", token_of_another, MAY_LACK_KEY},
    {NULL, NULL, 0},
};
