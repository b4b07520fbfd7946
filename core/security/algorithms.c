/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/algorithms.h"

#include <string.h>

static const WsscAlgorithm algorithms[] = {
#define WSSC_ALGORITHM(uri, kind, name, octets, flags)                                                                 \
    {uri, sizeof(uri) - 1, WSSC_ALGORITHM_##kind, name, octets, flags},
#include "security/algorithms.def"
#undef WSSC_ALGORITHM
};

const WsscAlgorithm *wssc_algorithm_find(const char *uri)
{
    gsize len = uri != NULL ? strlen(uri) : 0;
    if (len == 0)
        return NULL;
    /* The URIs share long beginnings: their lengths and last letters tell them apart fast. */
    for (guint i = 0; i < G_N_ELEMENTS(algorithms); i++) {
        const WsscAlgorithm *a = &algorithms[i];
        if (a->uri_len == len && a->uri[len - 1] == uri[len - 1] && memcmp(a->uri, uri, len) == 0)
            return a;
    }
    return NULL;
}
