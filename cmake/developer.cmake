# Warnings and sanitizers: only for developers of sock, never for a project that uses it. Warnings
# are errors only in the presets debug, asan and tsan: a new warning of a newer compiler must not
# break a user's first build.
option(SOCK_WERROR "Warnings are errors" OFF)
set(SOCK_SANITIZE "" CACHE STRING "Comma-separated list for -fsanitize=")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef
  "$<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Wold-style-cast;-Woverloaded-virtual>")
if(SOCK_WERROR)
  add_compile_options(-Werror)
endif()

add_compile_definitions($<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

if(SOCK_SANITIZE)
  add_compile_options(-fsanitize=${SOCK_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SOCK_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ gives wrong warnings for instrumented <regex>, and for Asio's atomic_thread_fence.
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized;-Wno-tsan>")
  endif()
endif()
