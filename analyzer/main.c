/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command_line.h"

int main(int argc, char **argv)
{
    return wssc_command_line(argc, argv);
}
