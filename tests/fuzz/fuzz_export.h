/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the targets for files that are no captures share: read as one format, and what must hold of anything found. */
#ifndef WSSC_FUZZ_EXPORT_H
#define WSSC_FUZZ_EXPORT_H

#include "fuzz.h"

#include "exports/export.h"

static inline void fuzz_check_found(WsscFound *found)
{
    g_autoptr(GError) error = NULL;
    FUZZ_ASSERT(found->place != NULL && found->entry > 0);
    if (found->octets == NULL && found->xml == NULL) {
        FUZZ_ASSERT(found->http_status >= 200);
        return;
    }
    g_autoptr(WsscXml) xml = wssc_found_read(found, &error);
    FUZZ_ASSERT(xml != NULL || error != NULL);
    if (xml == NULL)
        return;
    wssc_found_left_out(found, xml);
    wssc_found_layout(found, xml);
}

static inline int fuzz_export(WsscExportFormat format, const guint8 *data, size_t size)
{
    g_autoptr(GBytes) octets = fuzz_octets(wssc_bytes(data, size));
    const WsscExportOptions options = {.format = format};
    if (size == 0)
        return 0;
    g_autoptr(WsscExport) export = wssc_export_read(octets, &options);
    FUZZ_ASSERT(export->title != NULL);
    for (guint i = 0; i < export->messages->len; i++)
        fuzz_check_found(export->messages->pdata[i]);
    for (guint i = 0; i < export->skipped->len; i++) {
        const WsscSkipped *skipped = export->skipped->pdata[i];
        FUZZ_ASSERT(skipped->count > 0 && g_utf8_validate(skipped->what, -1, NULL));
    }
    return 0;
}

#endif
