/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tshark -z wssc,contexts (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_TABLE_TAP_H
#define WSSC_PLUGIN_TABLE_TAP_H

void wssc_table_tap_register(void);

#endif
