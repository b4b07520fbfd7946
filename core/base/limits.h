/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Every bound that keeps hostile input cheap, in one place.
 */
#ifndef WSSC_BASE_LIMITS_H
#define WSSC_BASE_LIMITS_H

#define WSSC_MAX_MESSAGE_OCTETS (64u * 1024 * 1024)      /* one message, after transport decoding */
#define WSSC_MAX_FOUND 200000u                           /* messages in one file that is no capture */
#define WSSC_MAX_SKIP_REASONS 32                         /* told for one such file */
#define WSSC_MAX_UNPACKED_OCTETS (512u * 1024 * 1024)    /* of all that is compressed in it */
#define WSSC_MAX_EXPORT_DEPTH 3                          /* files inside files */
#define WSSC_MAX_ESCAPE_LAYERS 6                         /* an envelope escaped in text that is escaped in text ... */
#define WSSC_MAX_XML_DEPTH 200                           /* nested elements */
#define WSSC_MAX_XML_ELEMENTS 1000000                    /* elements in one message */
#define WSSC_MAX_XML_ATTRIBUTES 1000                     /* attributes of one element */
#define WSSC_MAX_XML_NAMESPACES 1000                     /* declarations in scope at one element of a text message */
#define WSSC_MAX_BINARY_TEXT_OCTETS (128u * 1024 * 1024) /* names and values one binary message expands to */
#define WSSC_MAX_BINARY_GROWTH 64                        /* ... and to so many times its octets, from this size on: */
#define WSSC_FREE_BINARY_TEXT_OCTETS (1024u * 1024)
#define WSSC_MAX_REFERENCES 256                    /* ds:Reference in one ds:SignedInfo */
#define WSSC_MAX_TRANSFORMS 16                     /* ds:Transform in one ds:Reference */
#define WSSC_MAX_PREFIXES 256                      /* in one InclusiveNamespaces/@PrefixList */
#define WSSC_MAX_WORK_OCTETS (10u * 1024 * 1024)   /* processed to check one message, and beside it: */
#define WSSC_MAX_WORK_TIMES 4                      /* ... so many times what the message holds */
#define WSSC_MAX_GUESS_OCTETS (4u * 1024 * 1024)   /* processed to see what would make its signatures fit, and beside */
#define WSSC_MAX_GUESS_TIMES 2                     /* ... it so many times what the message holds */
#define WSSC_MAX_REWRITE_OCTETS (8u * 1024 * 1024) /* tried as what one invalid signature was made over */
#define WSSC_MAX_VAIN_OCTETS (128u * 1024 * 1024)  /* tried so in one session and nothing found: from then on... */
#define WSSC_VAIN_SHARE 64                         /* ... each message gets this part of what it had */
#define WSSC_MAX_SIGNATURES 64                     /* ds:Signature looked at in one message */
#define WSSC_MAX_DECRYPTION_DEPTH 8                /* encrypted inside encrypted */
#define WSSC_MAX_DECRYPTIONS 256                   /* xenc:EncryptedData opened in one message */
#define WSSC_MAX_DERIVATION_CHAIN 8                /* derived key of a derived key of ... */
#define WSSC_MAX_DERIVED_OCTETS 65536              /* offset + length of one derived key */
#define WSSC_MAX_UNNAMED_KEYS 64                   /* tried for a signature that names no key */
#define WSSC_MAX_CERTIFICATES 16                   /* in one PKIPath, PKCS#7 or ds:X509Data */
#define WSSC_MAX_EXPONENT_BITS 64                  /* of an RSA key that a signature is checked with */
#define WSSC_MAX_MODULUS_BITS 16384
#define WSSC_MAX_KEY_BITS 131072                     /* WCF's own bound on KeySize */
#define WSSC_MAX_RESOLUTION_STEPS 10000              /* references and tokens followed to keys in one message */
#define WSSC_MAX_KEY_FILE_OCTETS (16u * 1024 * 1024) /* one file with keys, certificates or lines of a key file */
#define WSSC_MAX_PASSWORD_ITERATIONS 1000000         /* to open one password-protected key or key store */
#define WSSC_MAX_UT_ITERATIONS 1000000 /* UsernameToken profile 1.1 Iteration, and of all in one message */
#define WSSC_MAX_SAME_MESSAGE_ID 16    /* requests with one MessageID that are told apart */
#define WSSC_MAX_SETTLE_ROUNDS 16      /* keys learned from messages that waited for keys ... */
#define WSSC_MAX_BATCHES_UNDER_WAY 32  /* of messages read and not taken by the session yet, and their */
#define WSSC_MAX_OCTETS_UNDER_WAY (32u * 1024 * 1024) /* ... octets, beyond which no further batch is begun */
#define WSSC_MAX_KEPT_OCTETS (256u * 1024 * 1024)     /* of messages whose documents a session keeps on request */
#define WSSC_MAX_KEY_QUESTIONS 256 /* one waiting message is known to depend on; beyond: on all keys */
#define WSSC_MAX_RETRIES 8         /* of one waiting message before the end of the capture */
#define WSSC_MAX_INSTANCES 4096    /* keys of one context; of one name only so many are compared: */
#define WSSC_MAX_SAME_NAME 64
#define WSSC_MAX_FAULT_TEXT 8192           /* octets of the reason of a fault that are quoted */
#define WSSC_MAX_SERVERS 256               /* told apart behind one context */
#define WSSC_MAX_SIGNS 4096                /* kept of what the carrier alone tells of one connection */
#define WSSC_MAX_PARAMETERS 256            /* of one RST or RSTR */
#define WSSC_MAX_RSTR 64                   /* RSTs or RSTRs in one collection */
#define WSSC_MAX_NESTED_TRUST_SEARCH 20000 /* elements of a body that are searched for them */
#define WSSC_MAX_OUTLINE 48                /* elements of one message whose names, prefixes and ids are kept */
#define WSSC_MAX_DESCRIPTIONS 64           /* descriptions of services in one capture, and octets of one: */
#define WSSC_MAX_DESCRIPTION_OCTETS (4u * 1024 * 1024)
#define WSSC_MAX_POLICY_DEPTH 64    /* policies, operators and references within each other */
#define WSSC_MAX_POLICY_STEPS 20000 /* elements of policies that are looked at in one document */
#define WSSC_MAX_ALTERNATIVES 256   /* made of one policy, those of nested policies among them */
#define WSSC_MAX_SUBJECTS 64        /* ports and bindings of one WSDL that have policies, */
#define WSSC_MAX_PORTS 256          /* and those of all that are looked at */
#define WSSC_MAX_POLICY_TOKENS 32
#define WSSC_MAX_POLICY_PROBLEMS 32 /* told of one document */

#endif
