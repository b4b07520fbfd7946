/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What says that a valid signature does not protect the message as it is read: a verdict that stands without any of it
 * is plain. Messages that nobody touched have none of it.
 */
#include <string.h>

#include "mutate.h"
#include "soap/message.h"

/* Of what is signed or put beside it; what stands twice and doubts about the key are asked of by themselves. */
static const char *const marks[] = {"signature-wrapping", "signature-for-others", "nested-message",
                                    "signed-inside-body", "token-unsigned"};

gboolean has_note(const WsscSecurity *security, const char *id)
{
    for (guint i = 0; i < security->notes->len; i++)
        if (strcmp(((const WsscSecurityNote *)security->notes->pdata[i])->id, id) == 0)
            return TRUE;
    return FALSE;
}

/* Of a part that may stand there more than once, and is signed once. */
static gboolean has_unsigned_beside(const WsscSecurity *security)
{
    for (guint i = 0; i < security->notes->len; i++) {
        const WsscSecurityNote *note = security->notes->pdata[i];
        if (strcmp(note->id, "part-unsigned") == 0 && strstr(note->text, "another one beside it") != NULL)
            return TRUE;
    }
    return FALSE;
}

const char *mark_of(const WsscSecurity *security)
{
    for (guint k = 0; k < G_N_ELEMENTS(marks); k++)
        if (has_note(security, marks[k]))
            return marks[k];
    return has_unsigned_beside(security) ? "part-unsigned" : NULL;
}

gboolean stands_twice(const WsscXml *xml, const WsscSecurity *security)
{
    WsscSoap *soap = wssc_soap_read(security->opened != NULL ? security->opened : xml);
    gboolean is_twice = soap->twice->len > 0;
    wssc_soap_free(soap);
    return is_twice;
}

/* Where a signature beside it fails, what it may have covered is open, and its failure is told. */
static gboolean is_told_unsigned(const WsscSecurity *security, const char *name)
{
    for (guint i = 0; i < security->signatures->len; i++)
        if (((const WsscSignature *)security->signatures->pdata[i])->verdict != WSSC_VERDICT_VALID)
            return TRUE;
    for (guint i = 0; i < security->notes->len; i++) {
        const WsscSecurityNote *note = security->notes->pdata[i];
        if (strstr(note->id, "-unsigned") != NULL && strstr(note->text, name) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* What it protects is said as well: it is another thing then than what it protected before. */
gboolean is_plain(const Mutation *m, const WsscXml *xml, const WsscSecurity *security, const WsscSignature *signature)
{
    return signature->verdict == WSSC_VERDICT_VALID && signature->key_doubt == NULL &&
           signature->protects == m->subject->protects && mark_of(security) == NULL && !stands_twice(xml, security) &&
           !(m->added != NULL && is_told_unsigned(security, m->added)) &&
           !(m->opens_body && has_note(security, "body-unsigned"));
}

const char *doubt_of(const WsscXml *xml, const WsscSecurity *security)
{
    for (guint i = 0; i < security->signatures->len; i++)
        if (((const WsscSignature *)security->signatures->pdata[i])->key_doubt != NULL)
            return ((const WsscSignature *)security->signatures->pdata[i])->key_doubt;
    return stands_twice(xml, security) ? "something stands twice" : mark_of(security);
}
