/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

/* The part that the frame of a finding itself plays, where it is not just that of its message. */
static const struct {
    WsscFindingId id;
    WsscEvidenceRole role;
} own_roles[] = {
    {WSSC_FINDING_CLOCK_SKEW, WSSC_EVIDENCE_TIMESTAMP},
    {WSSC_FINDING_TIMESTAMP_INVERTED, WSSC_EVIDENCE_TIMESTAMP},
    {WSSC_FINDING_MESSAGE_EXPIRED, WSSC_EVIDENCE_TIMESTAMP},
    {WSSC_FINDING_TWO_TIMESTAMPS, WSSC_EVIDENCE_TIMESTAMP},
    {WSSC_FINDING_TIMESTAMP_UNSIGNED, WSSC_EVIDENCE_TIMESTAMP},
    {WSSC_FINDING_LIFETIME_INVERTED, WSSC_EVIDENCE_LIFETIME},
    {WSSC_FINDING_LIFETIME_EXPIRED, WSSC_EVIDENCE_LIFETIME},
    {WSSC_FINDING_SIGNATURE_INVALID, WSSC_EVIDENCE_SIGNATURE},
    {WSSC_FINDING_SIGNATURE_DEVIATION, WSSC_EVIDENCE_SIGNATURE},
    {WSSC_FINDING_SIGNATURE_WRAPPING, WSSC_EVIDENCE_SIGNATURE},
    {WSSC_FINDING_PART_UNSIGNED, WSSC_EVIDENCE_SIGNATURE},
    {WSSC_FINDING_DUPLICATE_ID, WSSC_EVIDENCE_SIGNATURE},
    {WSSC_FINDING_DECRYPTION_FAILED, WSSC_EVIDENCE_DECRYPTION},
    {WSSC_FINDING_TWO_SCTS, WSSC_EVIDENCE_TOKEN},
    {WSSC_FINDING_SCT_WITHOUT_IDENTIFIER, WSSC_EVIDENCE_TOKEN},
};

static WsscEvidenceRole own_role(WsscFindingId id, const WsscMessage *message)
{
    for (guint i = 0; i < G_N_ELEMENTS(own_roles); i++)
        if (own_roles[i].id == id)
            return own_roles[i].role;
    return wssc_message_role(message);
}

static void add(WsscFinding *finding, WsscEvidenceRole role, const WsscMessage *message)
{
    wssc_evidence_take(finding->evidence, role, message->file, message->frame, wssc_message_words(message));
}

void wssc_rules_point(WsscFinding *finding, WsscEvidenceRole role, const WsscMessage *message)
{
    if (message != NULL)
        add(finding, role, message);
}

void wssc_rules_point_frame(WsscFinding *finding, WsscEvidenceRole role, guint file, guint32 frame, const char *format,
                            ...)
{
    va_list args;
    va_start(args, format);
    wssc_evidence_take(finding->evidence, role, file, frame, g_strdup_vprintf(format, args));
    va_end(args);
}

static WsscFinding *new_finding(WsscFindingId id, guint file, guint32 frame, gint64 time)
{
    WsscFinding *finding = g_new0(WsscFinding, 1);
    finding->id = id;
    finding->severity = wssc_finding_info(id)->severity;
    finding->file = file;
    finding->frame = frame;
    finding->time = time;
    finding->evidence = wssc_evidence_list_new();
    return finding;
}

WsscFinding *wssc_rules_raise(const WsscRules *rules, WsscFindingId id, const WsscMessage *message,
                              const WsscContext *context, const char *format, ...)
{
    WsscFinding *finding = new_finding(id, message->file, message->frame, message->time);
    va_list args;

    finding->context = context != NULL ? context->identifier : NULL;
    va_start(args, format);
    finding->text = g_strdup_vprintf(format, args);
    va_end(args);
    add(finding, own_role(id, message), message);
    rules->take(rules->user, finding, message, context);
    return finding;
}

void wssc_rules_check_unread(const WsscRules *rules, guint file, const WsscUnreadOctets *octets)
{
    gboolean is_one = octets->first_frame == octets->last_frame;
    WsscFinding *finding = new_finding(WSSC_FINDING_UNREAD_OCTETS, file, octets->first_frame, octets->time);
    finding->text = g_strdup_printf("%" G_GUINT64_FORMAT " octets from %s to %s that %s%s", octets->octets, octets->src,
                                    octets->dst, octets->why, is_one ? "" : ", the last of them in " WSSC_AT(1));
    wssc_rules_point_frame(finding, WSSC_EVIDENCE_CONNECTION, file, octets->first_frame, "%s", octets->src);
    if (!is_one)
        wssc_rules_point_frame(finding, WSSC_EVIDENCE_CONNECTION, file, octets->last_frame, "%s", octets->src);
    rules->take(rules->user, finding, NULL, NULL);
}
