# A Debian package: cpack --config build/release/CPackConfig.cmake. dpkg-shlibdeps (package
# dpkg-dev) finds its dependencies in the programs.
set(CPACK_PACKAGE_NAME sock)
set(CPACK_PACKAGE_CONTACT "sock maintainers <sock@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "echo server and client for TCP, and their C++ library")
set(CPACK_PACKAGE_DESCRIPTION
"sockserver is an echo server, a chat room and some more small protocols for
TCP, with limits, a log and an orderly end. sockclient talks to any TCP server
from the terminal, in a pipe or by a script. The library, with its headers,
makes servers of other protocols and small clients.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}")
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/prepare_package.cmake")
set(CPACK_GENERATOR DEB)
set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
