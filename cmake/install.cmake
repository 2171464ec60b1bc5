# What `cmake --install` installs: programs, library, headers, the CMake package, the pkg-config
# file, manual pages, completions and the service. Installed files do not contain the prefix, so
# `cmake --install build/release --prefix ANYWHERE` works, and the tree can be moved.

# Debian keeps libraries in a folder for each architecture. GNUInstallDirs would use it only if the
# prefix were /usr from the beginning; Debian's tools look there under any prefix.
if(PROJECT_IS_TOP_LEVEL AND EXISTS /etc/debian_version AND CMAKE_LIBRARY_ARCHITECTURE)
  set(CMAKE_INSTALL_LIBDIR "lib/${CMAKE_LIBRARY_ARCHITECTURE}" CACHE PATH
    "Where libraries are installed, under the prefix")
endif()
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The library.
install(TARGETS sock EXPORT sock-targets INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/sock" TYPE INCLUDE FILES_MATCHING PATTERN "*.hpp")

# find_package(sock), target sock::sock. Before 1.0 a new minor version may break its users.
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/sock")
set(generated "${PROJECT_BINARY_DIR}/package")
set(find_tls "")
set(pc_tls "")
if(OPENSSL_FOUND AND NOT BUILD_SHARED_LIBS)  # a static library is linked together with OpenSSL
  set(find_tls "find_dependency(OpenSSL 3)\n")
  # Not "Requires.private: libssl": with `pkg-config --static` that asks for what a static OpenSSL
  # needs, too.
  get_filename_component(pc_tls "${OPENSSL_SSL_LIBRARY}" DIRECTORY)
  if(pc_tls IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
    set(pc_tls " -lssl -lcrypto")
  else()
    set(pc_tls " -L${pc_tls} -lssl -lcrypto")
  endif()
endif()
file(WRITE "${generated}/sock-config.cmake"
"include(CMakeFindDependencyMacro)
find_dependency(Threads)
${find_tls}include(\"\${CMAKE_CURRENT_LIST_DIR}/sock-targets.cmake\")
")
write_basic_package_version_file("${generated}/sock-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(EXPORT sock-targets NAMESPACE sock:: DESTINATION "${package_dir}")
install(FILES "${generated}/sock-config.cmake" "${generated}/sock-config-version.cmake"
  DESTINATION "${package_dir}")

# pkg-config sock. Directories are relative to the file, unless they were given as absolute ones.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(pc_prefix "${CMAKE_INSTALL_PREFIX}")
else()
  file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
  string(REGEX REPLACE "/$" "" up "${up}")
  set(pc_prefix "\${pcfiledir}/${up}")
endif()
foreach(dir LIBDIR INCLUDEDIR)
  set(pc_${dir} "${CMAKE_INSTALL_${dir}}")
  if(NOT IS_ABSOLUTE "${pc_${dir}}")
    set(pc_${dir} "\${prefix}/${pc_${dir}}")
  endif()
endforeach()
configure_file("${CMAKE_CURRENT_LIST_DIR}/sock.pc.in" "${generated}/sock.pc" @ONLY)
install(FILES "${generated}/sock.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

# The pages for users, with the examples. Links to other files of the checkout become plain text.
set(elsewhere "(docs/)?(design|HACKING|README)\\.md|LICENSE|Containerfile|sockserver\\.(service|socket)")
foreach(page README.md docs/lab.md docs/laboratorio.es.md docs/promises.md docs/recipes.md)
  set(source "${PROJECT_SOURCE_DIR}/${page}")
  set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
  file(READ "${source}" text)
  string(REGEX REPLACE "\\[([^][]*)\\]\\((${elsewhere})\\)" "\\1" text "${text}")
  file(WRITE "${generated}/${page}" "${text}")
  get_filename_component(folder "${CMAKE_INSTALL_DOCDIR}/${page}" DIRECTORY)
  install(FILES "${generated}/${page}" DESTINATION "${folder}")
endforeach()
install(FILES "${PROJECT_SOURCE_DIR}/CHANGELOG.md" TYPE DOC)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" TYPE DOC RENAME copyright)
install(FILES "${PROJECT_SOURCE_DIR}/docs/chat.svg" DESTINATION "${CMAKE_INSTALL_DOCDIR}/docs")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples" TYPE DOC
  FILES_MATCHING PATTERN "*.cpp" PATTERN "*.hpp" PATTERN "README.md")

if(NOT SOCK_PROGRAMS)
  return()
endif()

# The programs, with their service, manual pages and completions.
if(BUILD_SHARED_LIBS)
  file(RELATIVE_PATH to_lib "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
  set_target_properties(sockserver sockclient PROPERTIES INSTALL_RPATH "\$ORIGIN/${to_lib}")
endif()
install(TARGETS sockserver sockclient)

# systemd reads /usr/lib and /usr/local/lib alike. Installing units starts nothing: the
# administrator decides.
install(FILES "${PROJECT_SOURCE_DIR}/docs/sockserver.service"
  "${PROJECT_SOURCE_DIR}/docs/sockserver.socket" DESTINATION lib/systemd/system)

# The output of src/documents.
if(NOT TARGET documents)
  return()
endif()
set(documents "${PROJECT_BINARY_DIR}/docs")
install(FILES "${documents}/sockserver.1" "${documents}/sockclient.1"
  DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")

# Debian's zsh looks for completions of packages (under /usr) in a folder of its own.
install(CODE "set(zsh_dir \"${CMAKE_INSTALL_DATADIR}/zsh/site-functions\")
  if(CMAKE_INSTALL_PREFIX STREQUAL \"/usr\" AND EXISTS /etc/debian_version)
    set(zsh_dir \"${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions\")
  endif()")
foreach(program sockserver sockclient)
  install(FILES "${documents}/${program}.bash"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME ${program})
  install(FILES "${documents}/${program}.zsh" DESTINATION "\${zsh_dir}" RENAME _${program})
endforeach()
