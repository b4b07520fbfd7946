/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "nbfx/records.h"

#include "nbfx/reader.h"

static const WsscNbfxNamed named[] = {
    {0x04, 0x04, "ShortAttribute", WSSC_NBFX_PREFIX_NONE, FALSE, FALSE},
    {0x05, 0x05, "Attribute", WSSC_NBFX_PREFIX_STRING, FALSE, FALSE},
    {0x06, 0x06, "ShortDictionaryAttribute", WSSC_NBFX_PREFIX_NONE, TRUE, FALSE},
    {0x07, 0x07, "DictionaryAttribute", WSSC_NBFX_PREFIX_STRING, TRUE, FALSE},
    {0x08, 0x08, "ShortXmlnsAttribute", WSSC_NBFX_PREFIX_NONE, FALSE, TRUE},
    {0x09, 0x09, "XmlnsAttribute", WSSC_NBFX_PREFIX_STRING, FALSE, TRUE},
    {0x0A, 0x0A, "ShortDictionaryXmlnsAttribute", WSSC_NBFX_PREFIX_NONE, TRUE, TRUE},
    {0x0B, 0x0B, "DictionaryXmlnsAttribute", WSSC_NBFX_PREFIX_STRING, TRUE, TRUE},
    {0x0C, 0x25, "PrefixDictionaryAttribute", WSSC_NBFX_PREFIX_LETTER, TRUE, FALSE},
    {0x26, 0x3F, "PrefixAttribute", WSSC_NBFX_PREFIX_LETTER, FALSE, FALSE},
    {0x40, 0x40, "ShortElement", WSSC_NBFX_PREFIX_NONE, FALSE, FALSE},
    {0x41, 0x41, "Element", WSSC_NBFX_PREFIX_STRING, FALSE, FALSE},
    {0x42, 0x42, "ShortDictionaryElement", WSSC_NBFX_PREFIX_NONE, TRUE, FALSE},
    {0x43, 0x43, "DictionaryElement", WSSC_NBFX_PREFIX_STRING, TRUE, FALSE},
    {0x44, 0x5D, "PrefixDictionaryElement", WSSC_NBFX_PREFIX_LETTER, TRUE, FALSE},
    {0x5E, 0x77, "PrefixElement", WSSC_NBFX_PREFIX_LETTER, FALSE, FALSE},
};

static const WsscNbfxText texts[] = {
#define WSSC_TEXT_RECORD(octet, name_, kind_, width_, in_array_)                                                       \
    [(octet - WSSC_NBFX_FIRST_TEXT) / 2] = {name_ "Text", WSSC_NBFX_KIND_##kind_, width_, in_array_},
#include "nbfx/records.def"
#undef WSSC_TEXT_RECORD
};

static const char *const text_names_with_end[] = {
#define WSSC_TEXT_RECORD(octet, name, kind, width, in_array)                                                           \
    [(octet - WSSC_NBFX_FIRST_TEXT) / 2] = name "TextWithEndElement",
#include "nbfx/records.def"
#undef WSSC_TEXT_RECORD
};

/* Asked for every record, so without a search: eight single rows, two runs, four rows, two runs. */
const WsscNbfxNamed *wssc_nbfx_named(guint8 record)
{
    if (record < WSSC_NBFX_FIRST_ATTRIBUTE || record > WSSC_NBFX_LAST_ELEMENT)
        return NULL;
    if (record < WSSC_NBFX_FIRST_ELEMENT)
        return record < 0x0C ? &named[record - 0x04] : record < 0x26 ? &named[8] : &named[9];
    return record < 0x44 ? &named[10 + record - 0x40] : record < 0x5E ? &named[14] : &named[15];
}

const WsscNbfxText *wssc_nbfx_text(guint8 record)
{
    if (record < WSSC_NBFX_FIRST_TEXT || record > WSSC_NBFX_LAST_TEXT)
        return NULL;
    const WsscNbfxText *text = &texts[(record - WSSC_NBFX_FIRST_TEXT) / 2];
    if (record % 2 == 1 && (text->kind == WSSC_NBFX_KIND_START_LIST || text->kind == WSSC_NBFX_KIND_END_LIST))
        return NULL;
    return text;
}

const char *wssc_nbfx_record_name(guint8 record)
{
    const WsscNbfxNamed *row = wssc_nbfx_named(record);
    const WsscNbfxText *text = wssc_nbfx_text(record);

    if (row != NULL)
        return row->name;
    if (text != NULL)
        return record % 2 == 0 ? text->name : text_names_with_end[(record - WSSC_NBFX_FIRST_TEXT) / 2];
    switch (record) {
    case WSSC_NBFX_END_ELEMENT:
        return "EndElement";
    case WSSC_NBFX_COMMENT_RECORD:
        return "Comment";
    case WSSC_NBFX_ARRAY:
        return "Array";
    default:
        return NULL;
    }
}
