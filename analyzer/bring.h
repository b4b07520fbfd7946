/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are no captures, for every command: read as what they are (core/exports), said what was passed over, fed
 * to the session as libwireshark's dissectors feed a capture's messages. A message's frame is the number of its entry.
 */
#ifndef WSSC_ANALYZER_BRING_H
#define WSSC_ANALYZER_BRING_H

#include "engine.h"
#include "exports/export.h"

/* The octets of a path that can be read; NULL with error. */
GBytes *wssc_bring_octets(const char *path, GError **error);
/* What stands in the file; NULL for a capture, which is libwireshark's to read, and with error where it cannot be read.
 */
WsscExport *wssc_bring_read(const char *path, const WsscLimits *limits, GError **error);

/* Called with each message, its tree (or NULL), and what came of it: NULL when it is nothing that is looked at here. */
typedef void (*WsscBringEach)(const WsscFound *found, const WsscXml *xml, const WsscMessage *message, gpointer user);

/* Feeds all of it; each may be NULL; file names it in what is told on standard error. FALSE when some of it could not
 * be read. ret_report is as for a capture, its frames are entries; caller frees. */
gboolean wssc_bring_feed(WsscSession *session, const char *file, WsscExport *export, WsscBringEach each, gpointer user,
                         WsscEngineReport **ret_report);
/* On standard error: that there is no message in it, and what it is. */
void wssc_bring_tell_nothing(const char *file, const WsscExport *export);

#endif
