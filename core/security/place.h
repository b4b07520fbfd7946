/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where a receiver reads what (SOAP 1.1 section 4, SOAP 1.2 part 1 sections 2 and 5, WSS 1.1 section 5,
 * WS-Addressing 1.0 SOAP binding section 3.2): what is signed protects a message only if it stands there.
 */
#ifndef WSSC_SECURITY_PLACE_H
#define WSSC_SECURITY_PLACE_H

#include "xml/xml.h"

/* Who reads a header block: by its role (SOAP 1.2) or actor (1.1), in the envelope's own version. */
typedef enum {
    WSSC_READER_US,     /* no role, ultimateReceiver, next: whoever the message is for */
    WSSC_READER_OTHERS, /* a role of its own */
    WSSC_READER_NOBODY, /* role none */
} WsscReader;

/* An envelope as its receiver takes it apart. */
typedef struct {
    xmlNode *envelope;
    xmlNode *header; /* NULL without one, and when it is open whether it is read */
    xmlNode *body;   /* of the envelope's version; NULL without one */
    const char
        *doubt; /* why it is open what of it is read, in plain words (static); or NULL. There is no header then */
} WsscShape;

/* FALSE when the element is no SOAP envelope. */
gboolean wssc_place_read(xmlNode *envelope, WsscShape *ret_shape);
WsscReader wssc_place_reader(const WsscShape *shape, const xmlNode *block);
/* Its role or actor as written. Caller frees; NULL when it has none. */
char *wssc_place_role(const WsscShape *shape, const xmlNode *block);
/* Both are for the same role: that of the ultimate receiver may be left out (SOAP 1.2 part 1 section 2.2). */
gboolean wssc_place_is_same_role(const WsscShape *shape, const xmlNode *block, const xmlNode *other);
/* The header block that the element is, or stands in; NULL when it stands in none. */
const xmlNode *wssc_place_block(const WsscShape *shape, const xmlNode *element);
/* The element is a wsse:Security that stands in the envelope's header. */
gboolean wssc_place_is_security(const WsscShape *shape, const xmlNode *element);

/* The things that are read once, by family and name; WSSC_PART_NONE for all others. */
typedef enum {
    WSSC_PART_NONE,
    WSSC_PART_BODY,
    WSSC_PART_TIMESTAMP,
    WSSC_PART_TO,
    WSSC_PART_ACTION,
    WSSC_PART_MESSAGE_ID,
    WSSC_PART_FROM,
    WSSC_PART_REPLY_TO,
    WSSC_PART_FAULT_TO,
    WSSC_PART_RELATES_TO, /* may be there more than once */
    WSSC_PART_MAX
} WsscPart;
WsscPart wssc_place_part(const xmlNode *element);

/* What is wrong with the place of something that a signature of that envelope's Security header covers; NULL when it is
 * read there. signature: the ds:Signature in the same tree; NULL when it was not open yet. Static or caller's: see
 * WsscStray. */
typedef enum {
    WSSC_STRAY_NONE,
    WSSC_STRAY_INSIDE_BODY,   /* read, perhaps: only the application knows */
    WSSC_STRAY_OTHER_VERSION, /* of SOAP than the envelope */
    WSSC_STRAY_NOT_READ,      /* a part that is read from elsewhere */
    WSSC_STRAY_ROLE_NONE,
    WSSC_STRAY_ELSEWHERE, /* in something that no receiver looks into for it: ret_in */
} WsscStray;
WsscStray wssc_place_judge(const WsscShape *shape, const xmlNode *target, const xmlNode *signature,
                           const xmlNode **ret_in);

/* A header block that may stand there more than once: the application's own, and RelatesTo. */
gboolean wssc_place_may_be_many(const xmlNode *element);

/* A SAML assertion that came encrypted (SAML 2.0 core section 2.3.4): the wrapper stands for the token, and is left
 * around it once it is decrypted. */
gboolean wssc_place_is_opened_token(const xmlNode *element);

#endif
