/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "draw_cause.h"

#include "draw_tree.h"
#include "fields.h"
#include "live_why.h"

static void add_text(proto_tree *tree, tvbuff_t *tvb, WsscField field, const char *text)
{
    proto_item_set_generated(proto_tree_add_string(tree, wssc_hf[field], tvb, 0, 0, text));
}

static void draw_notes(proto_tree *tree, tvbuff_t *tvb, WsscField field, const GPtrArray *notes)
{
    for (guint i = 0; i < notes->len; i++) {
        const WsscCauseNote *note = notes->pdata[i];
        const char *name = wssc_cause_info(note->cause)->name;
        proto_item_set_generated(
            proto_tree_add_string_format_value(tree, wssc_hf[field], tvb, 0, 0, name, "%s: %s", name, note->text));
    }
}

/* Frame links work inside one capture file only. */
static void draw_evidence(proto_tree *tree, tvbuff_t *tvb, const WsscTrouble *trouble, guint file)
{
    for (guint i = 0; i < trouble->evidence->len; i++) {
        const WsscEvidence *evidence = trouble->evidence->pdata[i];
        if (evidence->frame != 0 && evidence->file == file)
            proto_item_set_generated(proto_tree_add_uint_format_value(
                tree, wssc_hf[WSSC_HF_CAUSE_EVIDENCE], tvb, 0, 0, evidence->frame, "%u, %s: %s", evidence->frame,
                wssc_evidence_role_name(evidence->role), evidence->text));
    }
}

/* The strings are the trouble's, which lives as long as the capture: epan's longjmp leaves nothing behind. */
void wssc_draw_cause(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const WsscMessage *message)
{
    const WsscTrouble *trouble = wssc_live_trouble(message);
    if (trouble == NULL)
        return;
    const WsscCauseInfo *info = wssc_cause_info(trouble->cause);
    const char *confidence = wssc_confidence_name(trouble->confidence);
    proto_item *item = proto_tree_add_string_format(tree, wssc_hf[WSSC_HF_CAUSE], tvb, 0, 0, info->name,
                                                    "Why: %s %s: %s", confidence, info->name, info->title);
    proto_item_set_generated(item);
    expert_add_info_format(pinfo, item, &wssc_ei_cause, "%s %s: %s", confidence, info->name, info->title);
    proto_tree *subtree = proto_item_add_subtree(item, wssc_ett[WSSC_ETT_CAUSE]);
    add_text(subtree, tvb, WSSC_HF_CAUSE_CONFIDENCE, confidence);
    add_text(subtree, tvb, WSSC_HF_CAUSE_TEXT, trouble->text);
    draw_evidence(subtree, tvb, trouble, message->file);
    draw_notes(subtree, tvb, WSSC_HF_CAUSE_RULED_OUT, trouble->ruled_out);
    draw_notes(subtree, tvb, WSSC_HF_CAUSE_OPEN, trouble->open);
    add_text(subtree, tvb, WSSC_HF_CAUSE_ADVICE, trouble->advice);
    proto_item_set_generated(
        proto_tree_add_uint(subtree, wssc_hf[WSSC_HF_CAUSE_OCCURRENCES], tvb, 0, 0, trouble->occurrences->len));
}
