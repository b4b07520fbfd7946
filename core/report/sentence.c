/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/sentence.h"

/* The name without its folders, unless another file has the same. */
static char *name_file(gconstpointer user, guint file)
{
    const WsscModel *model = user;
    const char *name = wssc_model_file(model, file);
    if (name == NULL || *name == '\0')
        return NULL;
    char *base = g_path_get_basename(name);
    for (guint i = 0; i < model->files->len; i++) {
        g_autofree char *other = i != file ? g_path_get_basename(model->files->pdata[i]) : NULL;
        if (g_strcmp0(base, other) == 0) {
            g_free(base);
            return g_strdup(name);
        }
    }
    return base;
}

char *wssc_finding_sentence(const WsscModel *model, const WsscFinding *finding)
{
    return wssc_evidence_sentence(finding->text, finding->evidence, finding->file, name_file, model);
}

char *wssc_event_sentence(const WsscModel *model, const WsscEvent *event)
{
    if (event->evidence == NULL)
        return g_strdup(event->text);
    g_autoptr(GPtrArray) evidence = wssc_event_evidence(event);
    guint file = ((const WsscEvidence *)evidence->pdata[0])->file;
    return wssc_evidence_sentence(event->text, evidence, file, name_file, model);
}

char *wssc_derivation_sentence(const WsscModel *model, const WsscInstance *instance)
{
    if (instance->key_derivation == NULL)
        return NULL;
    return wssc_evidence_sentence(instance->key_derivation, instance->key_evidence, instance->key_origin.file,
                                  name_file, model);
}
