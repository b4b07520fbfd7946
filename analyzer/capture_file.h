/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture file, as libwiretap opens it, and its errors in words.
 */
#ifndef WSSC_ANALYZER_CAPTURE_FILE_H
#define WSSC_ANALYZER_CAPTURE_FILE_H

#include <wiretap/wtap.h>

/* NULL: it cannot be read, or is no capture. is_random: frames are read where they lie, too. */
wtap *wssc_capture_open(const char *path, gboolean is_random, GError **error);
/* Documents that libwiretap takes for a capture of one frame. */
gboolean wssc_capture_is_blob(wtap *wth);
/* What libwiretap said, in words; takes info over. Caller frees. */
char *wssc_capture_error(int err, char *info);

#endif
