/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands under Statistics and -z: counts (wssc,tree), response times (wssc,srt), tables and texts (internal to
 * plugin/).
 */
#ifndef WSSC_PLUGIN_STATS_H
#define WSSC_PLUGIN_STATS_H

void wssc_stats_tree_register(void);
void wssc_stats_times_register(int proto);
void wssc_stats_tables_register(void);
void wssc_stats_texts_register(void);

#endif
