/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * style.css and script.js as they stand beside this file, built in.
 */
#ifndef WSSC_REPORT_HTML_ASSETS_H
#define WSSC_REPORT_HTML_ASSETS_H

extern const char wssc_html_style[], wssc_html_script[];

#endif
