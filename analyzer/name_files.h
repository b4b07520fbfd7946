/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files with the names of vendors, ports and enterprises, of which nothing is shown while names are not resolved.
 */
#ifndef WSSC_ANALYZER_NAME_FILES_H
#define WSSC_ANALYZER_NAME_FILES_H

/* Before libwireshark starts, for the life of the process: it finds none of them. */
void wssc_name_files_leave_out(void);

#endif
