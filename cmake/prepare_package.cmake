# Debian's requirements for the files of a package, applied to the tree that CPack will pack.

# CPack strips programs and shared libraries, but not static ones: their debugging information is
# ten times their size, and contains the path of the build.
find_program(STRIP strip REQUIRED)
file(GLOB_RECURSE archives "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*.a")
foreach(archive IN LISTS archives)
  execute_process(COMMAND "${STRIP}" --strip-debug --enable-deterministic-archives "${archive}"
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()

if(NOT CPACK_GENERATOR STREQUAL DEB)
  return()
endif()

# A changelog in Debian's form (Policy, 4.4), which refers to our own file beside it.
file(GLOB_RECURSE ours "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/CHANGELOG.md")
foreach(file IN LISTS ours)
  cmake_path(GET file PARENT_PATH folder)
  string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)  # or SOURCE_DATE_EPOCH
  file(WRITE "${folder}/changelog" "${CPACK_PACKAGE_NAME} (${CPACK_PACKAGE_VERSION}) unstable; \
urgency=medium\n\n  * What is new: see CHANGELOG.md.\n\n -- ${CPACK_PACKAGE_CONTACT}  ${now}\n")
endforeach()

# Manual pages and the changelog are compressed (Policy, 12.1 and 12.7).
find_program(GZIP gzip REQUIRED)
file(GLOB_RECURSE plain "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*.1"
  "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/changelog")
list(FILTER plain INCLUDE REGEX "/man1/|/changelog$")  # excludes libsock.so.0.2
foreach(file IN LISTS plain)
  execute_process(COMMAND "${GZIP}" -9nf "${file}" COMMAND_ERROR_IS_FATAL ANY)
endforeach()
