# SPDX-License-Identifier: GPL-2.0-or-later
# cmake -DOUT=file.c -DHEADER=declares.h -DNAMES=a,b -DFILES=a.txt,b.txt -P embed.cmake: text files as C strings.
set(text "/* Made by the build. */\n#include \"${HEADER}\"\n")
string(REPLACE "," ";" NAMES "${NAMES}")
string(REPLACE "," ";" FILES "${FILES}")
foreach(name file IN ZIP_LISTS NAMES FILES)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," octets "${hex}")
  string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" octets "${octets}")
  string(APPEND text "const char ${name}[] = {${octets}0};\n")
endforeach()
file(WRITE ${OUT} "${text}")
