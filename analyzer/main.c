/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command_line.h"
#include "xml/arena.h"

int main(int argc, char **argv)
{
    wssc_xml_use_arenas();
    return wssc_command_line(argc, argv);
}
