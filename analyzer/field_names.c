/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RTLD_NEXT */
#endif
#include "compat.h"

#include "field_names.h"

#include <dlfcn.h>

#include <epan/proto.h>

static gboolean is_trusting;

void wssc_field_names_trust(gboolean are_trusted)
{
    is_trusting = are_trusted;
}

/* libwireshark asks by this name for what it has itself; as everywhere in ELF, a function of that name in the program
 * is asked instead. 0: there is nothing wrong. */
unsigned char proto_check_field_name(const char *name)
{
    typedef unsigned char (*Check)(const char *name);
    static Check check;
    if (is_trusting)
        return 0;
    if (check == NULL)
        check = (Check)dlsym(RTLD_NEXT, "proto_check_field_name");
    return check != NULL ? check(name) : 0;
}
