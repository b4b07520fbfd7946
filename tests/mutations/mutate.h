/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Families of mutations. Each call makes one mutation of one signed message:
 *
 *     for (m.turn = 0; family->apply(&m) != NO_MORE; m.turn++) ...   (each time on a fresh tree)
 *
 * A mutation must take from the signature what it proves; that it does is known by the rules of XML Signature
 * and Canonical XML alone, never by our own verdict. What would leave the signed octets as they were is not made.
 */
#ifndef WSSC_TESTS_MUTATIONS_MUTATE_H
#define WSSC_TESTS_MUTATIONS_MUTATE_H

#include "sample.h"

/* A message as text, with its encrypted parts as they came or with their plaintext in place. */
typedef struct {
    const Sample *sample;
    GBytes *text;
    gboolean is_opened;
} Form;

/* A valid signature in a form of its message. */
typedef struct {
    const Form *form;
    guint index;       /* among all, from 0 */
    guint position;    /* in the form, from 1 */
    char *value;       /* ds:SignatureValue without white space */
    char *other_value; /* of another signature of its source; NULL when there is none */
    char *algorithm;
    char *context, *instance; /* whose key fitted; NULL */
    WsscProtects protects;
    gboolean covers_cipher; /* it was made over what was encrypted already */
} Subject;

typedef struct {
    const Subject *subject;
    guint turn;                               /* which one */
    guint limit;                              /* of each kind of place */
    xmlDoc *doc;                              /* to be changed */
    xmlNode *root, *header, *body, *security; /* of the envelope; security: around the signature; or NULL */
    xmlNode *signature, *signed_info;
    GPtrArray *targets; /* xmlNode that the references designate; of STR-Transforms the token */
    GPtrArray *path;    /* xmlNode: KeyInfo and the tokens it leads to */
    /* out: */
    GBytes *octets;       /* carrier's octets, in place of the changed tree */
    WsscKeyring *ring;    /* in place of the right keys */
    const char *added;    /* what was added, unsigned: that it is so is said then */
    gboolean opens_body;  /* what was signed inside of the Body leaves it: that nothing signs the Body is said then */
    gboolean touches_key; /* what was changed leads to a key, too: "no-key" is right then */
    const char *habit;    /* the deviation under which a stack is known to sign just so; or NULL */
    GString *label;
} Mutation;

typedef enum { MUTATED, NOT_HERE, NO_MORE } Step;

enum {
    BY_POSITION = 1 << 0,   /* the value is changed: the signature is known by its place */
    MAY_BE_GONE = 1 << 1,   /* it may be no signature any more */
    MAY_LACK_KEY = 1 << 2,  /* "no-key" is right, too: the key or its name was changed */
    MUST_LACK_KEY = 1 << 3, /* nothing but "no-key" is right (or "unsupported", where that is no longer reached) */
    WANTS_NOTE = 1 << 4,    /* where all digests fit a finding names the shape */
    ON_WIRE_ONLY = 1 << 5,
    MAY_BE_MARKED = 1 << 6, /* a verdict may stand that is said not to be the message's, with a finding */
    NEVER_PLAIN = 1 << 7,   /* a verdict may stand with anything that says why it is not to be relied on */
};

typedef struct {
    const char *name;
    Step (*apply)(Mutation *m);
    guint flags;
} Family;

extern const Family content_families[], signature_families[], moved_families[], placed_families[], strayed_families[],
    readings_families[], nested_families[], key_families[], carrier_families[];

/* ---- tools (tools.c) ------------------------------------------------------------------------------------ */

xmlDoc *tree_parse(GBytes *text);
GBytes *tree_text(xmlDoc *doc);
/* Fills in all that is to be known of the subject's signature. FALSE when it is not in the tree. */
gboolean mutation_open(Mutation *m, const Subject *subject, xmlDoc *doc);
void mutation_close(Mutation *m);
/* The turn-th of at most m->limit, spread over all; NULL at the end. */
gpointer mutation_pick(const Mutation *m, const GPtrArray *places);
/* TRUE when what the node says is digested for the signature. */
gboolean mutation_is_signed(const Mutation *m, const xmlNode *node);

xmlNode *walk(const xmlNode *root, xmlNode *node); /* over all nodes, document order, staying below root */
gboolean is_below(const xmlNode *node, const xmlNode *ancestor); /* or the same */
gboolean is_named(const xmlNode *node, const char *local_name);
xmlNode *child_named(const xmlNode *node, const char *local_name);
xmlNode *below_named(const xmlNode *root, const char *local_name);
xmlNode *by_id(xmlDoc *doc, const char *id);
xmlAttr *id_of(const xmlNode *node);
char *attribute(const xmlNode *node, const char *local_name); /* caller frees; NULL when absent */

/* One octet becomes another; FALSE when no place in the text lets that be done cleanly. */
gboolean flip_text(char *text);
void flip_node(xmlNode *text_or_element);
void flip_attribute(xmlAttr *attr);
/* One octet of what the base64 stands for, place from 0 (-1: the last one). */
void flip_base64(xmlNode *element, int place);
void set_base64(xmlNode *element, GBytes *octets);

/* ---- places and roles (tools_place.c) -------------------------------------------------------------------- */

#define ROLE_NEXT "http://www.w3.org/2003/05/soap-envelope/role/next"
#define ROLE_LAST "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver"
#define ROLE_NONE "http://www.w3.org/2003/05/soap-envelope/role/none"
#define ACTOR_NEXT "http://schemas.xmlsoap.org/soap/actor/next"

/* The signature stands in the Security header of the message, which has a Body. */
gboolean is_in_message(const Mutation *m);
gboolean is_soap11(const Mutation *m);
/* What is put into the node would change something that is signed. */
gboolean is_signed_around(const Mutation *m, const xmlNode *node);
/* A new last child with a prefix of its own. uri NULL: in no namespace. */
xmlNode *make(xmlNode *parent, const char *uri, const char *name);
void set_role(const Mutation *m, xmlNode *block, const char *role);
/* The element before it again, without attributes. text: what it says more, or NULL. */
xmlNode *unsigned_copy(xmlNode *target, const char *text);

/* ---- what a verdict may stand with (marks.c) ------------------------------------------------------------- */

/* The first finding that says so; NULL without one. */
const char *mark_of(const WsscSecurity *security);
gboolean has_note(const WsscSecurity *security, const char *id);
gboolean stands_twice(const WsscXml *xml, const WsscSecurity *security);
/* Anything of these, or a doubt about a key; NULL where there is nothing. */
const char *doubt_of(const WsscXml *xml, const WsscSecurity *security);
/* Valid, and nothing says that it is not to be relied on. */
gboolean is_plain(const Mutation *m, const WsscXml *xml, const WsscSecurity *security, const WsscSignature *signature);

#define LABEL(m, ...) g_string_printf((m)->label, __VA_ARGS__)

#endif
