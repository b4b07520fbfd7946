/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "soap/layer.h"

#include <stddef.h>

static const struct {
    const char *name, *title;
} layers[WSSC_LAYER_MAX] = {
#define WSSC_LAYER(ID, name_, title_) [WSSC_LAYER_##ID] = {name_, title_},
#include "soap/layers.def"
#undef WSSC_LAYER
};

const char *wssc_layer_name(WsscLayer layer)
{
    return layers[layer].name;
}

const char *wssc_layer_title(WsscLayer layer)
{
    return layers[layer].title;
}
