/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Octets to a descriptor and from a file, all of them: calls that a signal interrupted, or that took a part, go on.
 */
#ifndef WSSC_WATCH_DESCRIPTOR_H
#define WSSC_WATCH_DESCRIPTOR_H

#include "base/bytes.h"

/* FALSE: not all could be written; errno says why. */
gboolean wssc_descriptor_write(int fd, WsscBytes octets);
/* From that place of the file on. FALSE where it ends before. */
gboolean wssc_descriptor_read_at(int fd, guint8 *octets, gsize len, gint64 place);

#endif
