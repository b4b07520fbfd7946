# SPDX-License-Identifier: GPL-2.0-or-later
# cpack makes two Debian packages: the analyzer, and the plugin for the Wireshark minor that it was built with.
# "cmake --build BUILD --target uninstall" takes away what "cmake --install" laid down.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME wssc)
set(CPACK_PACKAGE_CONTACT "the wssc project <wssc@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "WS-SecureConversation security contexts in network captures")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON) # the plugin's folder is absolute
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL analyzer plugin)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_ANALYZER_PACKAGE_NAME wssc)
set(CPACK_COMPONENT_ANALYZER_DESCRIPTION
  "wssc: contexts, verdicts of signatures and findings as tables, JSON and NDJSON.")
set(minor ${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION})
set(CPACK_DEBIAN_PLUGIN_PACKAGE_NAME wireshark-wssc-${minor})
set(CPACK_DEBIAN_PLUGIN_PACKAGE_ENHANCES "wireshark, tshark")
if(WSSC_LATE_CRYPTO)
  # What is opened, not linked, is found by no tool.
  string(REGEX MATCH "^[0-9]+" major ${CRYPTO_VERSION})
  set(CPACK_DEBIAN_PLUGIN_PACKAGE_DEPENDS "libssl${major}t64 | libssl${major}")
endif()
set(CPACK_COMPONENT_PLUGIN_DESCRIPTION
  "The plugin for Wireshark and tshark ${minor}: WS-Trust, WS-SecureConversation and WS-Security as fields.")
include(CPack)

add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -P ${PROJECT_SOURCE_DIR}/cmake/uninstall.cmake
  WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
