# CPack strips programs and shared libraries by itself, static ones not: their debugging information
# is ten times their size, and names the folder of the build.
find_program(STRIP strip REQUIRED)
file(GLOB_RECURSE archives "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*.a")
foreach(archive IN LISTS archives)
  execute_process(COMMAND "${STRIP}" --strip-debug --enable-deterministic-archives "${archive}"
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
