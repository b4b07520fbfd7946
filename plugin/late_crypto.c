/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of libcrypto are defined here, in the module, and hand on to the library of that name. Nobody else sees
 * them (plugin.map).
 */
#include "late_crypto.h"

#include <dlfcn.h>

#include <openssl/asn1t.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <wsutil/report_message.h>

#define LIBRARY "libcrypto.so." G_STRINGIFY(OPENSSL_SHLIB_VERSION)

/* Tells tools that make packages what is opened (the UAPI group's "ELF dlopen metadata"). */
#define NEEDS                                                                                                          \
    "[{\"feature\":\"crypto\",\"description\":\"To read and check SOAP messages\",\"priority\":\"required\","          \
    "\"soname\":[\"" LIBRARY "\"]}]"

static const struct {
    guint32 name_size, needs_size, type;
    char name[4];
    _Alignas(4) char needs[sizeof NEEDS];
} note __attribute__((section(".note.dlopen"), used, aligned(4))) = {4, sizeof NEEDS, 0x407c0c0a, "FDO", NEEDS};

typedef enum {
#define WSSC_LIBCRYPTO(result, name, count, types) OF_##name,
#define WSSC_LIBCRYPTO_VOID(name, count, types) OF_##name,
#include "libcrypto.def"
#undef WSSC_LIBCRYPTO
#undef WSSC_LIBCRYPTO_VOID
    OF_MAX
} Function;

static const char *const names[OF_MAX] = {
#define WSSC_LIBCRYPTO(result, name, count, types) #name,
#define WSSC_LIBCRYPTO_VOID(name, count, types) #name,
#include "libcrypto.def"
#undef WSSC_LIBCRYPTO
#undef WSSC_LIBCRYPTO_VOID
};

static struct {
    gsize is_done;
    void *functions[OF_MAX];
    char *problem; /* why it is not open; for good */
} late;

/* It stays open: at the end of the process it cleans up after itself. */
static char *open_library(void)
{
    void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL)
        return g_strdup(dlerror());
    for (guint i = 0; i < OF_MAX; i++) {
        late.functions[i] = dlsym(library, names[i]);
        if (late.functions[i] == NULL)
            return g_strdup_printf("%s has no %s", LIBRARY, names[i]);
    }
    return NULL;
}

static gboolean is_open(void)
{
    if (g_once_init_enter(&late.is_done)) {
        late.problem = open_library();
        g_once_init_leave(&late.is_done, 1);
    }
    return late.problem == NULL;
}

gboolean wssc_late_crypto_open(void)
{
    static gboolean is_reported = FALSE;
    if (is_open())
        return TRUE;
    if (!is_reported)
        report_failure("WSSC: SOAP messages are left to other dissectors: %s", late.problem);
    is_reported = TRUE;
    return FALSE;
}

/* Nobody comes here who did not ask before whether it is open; what libcrypto would have answered cannot be made up. */
static void *address(Function function)
{
    if (!is_open())
        g_error("WSSC: %s", late.problem);
    return late.functions[function];
}

/* ---- the functions ------------------------------------------------------------------------------------------- */

#define NAMED_0(A) A
#define NAMED_1(A) A a
#define NAMED_2(A, B) A a, B b
#define NAMED_3(A, B, C) A a, B b, C c
#define NAMED_4(A, B, C, D) A a, B b, C c, D d
#define NAMED_5(A, B, C, D, E) A a, B b, C c, D d, E e
#define NAMED_6(A, B, C, D, E, F) A a, B b, C c, D d, E e, F f
#define NAMED_7(A, B, C, D, E, F, G) A a, B b, C c, D d, E e, F f, G g
#define NAMES_0
#define NAMES_1 a
#define NAMES_2 a, b
#define NAMES_3 a, b, c
#define NAMES_4 a, b, c, d
#define NAMES_5 a, b, c, d, e
#define NAMES_6 a, b, c, d, e, f
#define NAMES_7 a, b, c, d, e, f, g

#define WSSC_LIBCRYPTO(result, name, count, types)                                                                     \
    result name(NAMED_##count types)                                                                                   \
    {                                                                                                                  \
        return ((__typeof__(&name))address(OF_##name))(NAMES_##count);                                                 \
    }
#define WSSC_LIBCRYPTO_VOID(name, count, types)                                                                        \
    void name(NAMED_##count types)                                                                                     \
    {                                                                                                                  \
        ((__typeof__(&name))address(OF_##name))(NAMES_##count);                                                        \
    }
#include "libcrypto.def"
