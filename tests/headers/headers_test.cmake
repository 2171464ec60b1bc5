# Each public header compiles alone, its own includes are the standard library's and sock's, and
# nothing that it pulls in belongs to another library (Asio above all).
#
# Asio lies in the compiler's own folder /usr/include, so it cannot be hidden from the compiler:
# the compiler's list of the files it opened tells.

function(check_header header)
  file(STRINGS "${INCLUDE}/${header}" includes REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS includes)
    if(NOT line MATCHES "#[ \t]*include (<[a-z_0-9]+>|\"sock/[a-z_0-9]+\\.hpp\")")
      message(SEND_ERROR "${header}: neither the standard library nor sock: ${line}")
    endif()
  endforeach()

  file(READ "${INCLUDE}/${header}" text)
  if(text MATCHES "asio::|namespace asio|ASIO_")
    message(SEND_ERROR "${header} names Asio: ${CMAKE_MATCH_0}")
  endif()

  string(MAKE_C_IDENTIFIER "${header}" name)
  file(WRITE "${WORK}/${name}.cpp" "#include \"${header}\"\n#include \"${header}\"\n")
  execute_process(
    COMMAND "${COMPILER}" -std=c++20 -Wall -Wextra -Wpedantic -Werror "-I${INCLUDE}"
      -MD -MF "${WORK}/${name}.d" -c "${WORK}/${name}.cpp" -o "${WORK}/${name}.o"
    RESULT_VARIABLE failed ERROR_VARIABLE errors)
  if(failed)
    message(SEND_ERROR "${header} does not compile alone:\n${errors}")
    return()
  endif()

  file(STRINGS "${WORK}/${name}.d" files)
  string(REGEX MATCHALL "[^ ;\\]*/(asio|boost|CLI|fmt|catch2)[/.][^ ;\\]*" strangers "${files}")
  if(strangers)
    message(SEND_ERROR "${header} pulls in ${strangers}")
  endif()
endfunction()

file(GLOB_RECURSE headers RELATIVE "${INCLUDE}" "${INCLUDE}/*.hpp")
if(NOT headers)
  message(FATAL_ERROR "no public header in ${INCLUDE}")
endif()
foreach(header IN LISTS headers)
  check_header("${header}")
endforeach()
