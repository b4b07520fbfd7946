# SPDX-License-Identifier: GPL-2.0-or-later
add_compile_definitions(WSSC_VERSION="${PROJECT_VERSION}")
