# SPDX-License-Identifier: GPL-2.0-or-later
# One interface target for what every target of ours is compiled with.
add_library(wssc_flags INTERFACE)
target_compile_options(wssc_flags INTERFACE -Wall -Wextra -Wshadow -Wstrict-prototypes
                       -Wmissing-prototypes -Wvla -Wconversion -Werror=return-type -Werror=implicit-function-declaration)
if(WSSC_WERROR)
  target_compile_options(wssc_flags INTERFACE -Werror)
endif()
if(WSSC_SANITIZE)
  target_compile_options(wssc_flags INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer
                         -fno-sanitize-recover=undefined)
  target_link_options(wssc_flags INTERFACE -fsanitize=address,undefined)
endif()
if(WSSC_COVERAGE)
  target_compile_options(wssc_flags INTERFACE --coverage)
  target_link_options(wssc_flags INTERFACE --coverage)
endif()
if(WSSC_FUZZ)
  target_compile_options(wssc_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(wssc_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
