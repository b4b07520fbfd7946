/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "frame_number.h"

static guint32 in_file;

void wssc_dissect_use_frame(guint32 number)
{
    in_file = number;
}

guint32 wssc_dissect_frame(const packet_info *pinfo)
{
    return in_file != 0 ? in_file : pinfo->num;
}
