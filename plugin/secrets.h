/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of a key file that stand in the capture itself: decryption secrets blocks of pcapng.
 */
#ifndef WSSC_PLUGIN_SECRETS_H
#define WSSC_PLUGIN_SECRETS_H

#include "compat.h"

#include "key_file.h"

/* "WSSC" with the topmost bit set. No secrets type is registered for key files of this kind. The specification of
 * pcapng (draft-ietf-opsawg-pcapng, on Standardized Block Type Codes) keeps codes with that bit for local use where it
 * speaks of blocks and options, and says nothing of the kind for secrets types: this one is taken in the same sense,
 * until one is registered. */
#define WSSC_SECRETS_TYPE 0xD7535343u

/* From Wireshark 4.4 on dissectors can ask for a type of secrets; before, only the analyzer gets them. */
void wssc_secrets_register(void);
/* What a reader of captures calls with each block (wtap_new_secrets_callback_t): ours go to the session, by the
 * feeder's leave, and others to libwireshark. */
void wssc_secrets_take(guint32 type, const void *secrets, guint size);

/* Who is told of lines that cannot be used; at first Wireshark's log. */
void wssc_secrets_use_tell(WsscKeyFileTell tell);

/* Init routine of a capture. */
void wssc_secrets_begin(void);
/* The next frame of a pass that feeds tells whose blocks are kept. */
extern gboolean wssc_secrets_need_frame;
void wssc_secrets_take_frame(const packet_info *pinfo);

/* Each frame of a pass that feeds. */
static inline void wssc_secrets_note_frame(const packet_info *pinfo)
{
    if (wssc_secrets_need_frame)
        wssc_secrets_take_frame(pinfo);
}

#endif
