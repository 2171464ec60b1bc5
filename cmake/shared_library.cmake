# sock_shared_library(TARGET): sets the properties of TARGET as a shared library; no effect on a
# static one. It is never unloaded: a thread may outlive the call that started it
# (src/sock/net/look_up.cpp). Before 1.0 a new minor version may break the binary interface, so it
# is part of the SONAME.
function(sock_shared_library target)
  set_target_properties(${target} PROPERTIES
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "SHARED_LIBRARY")
    # The map selects the exported symbols, also in a project that hides all of its own.
    set_target_properties(${target} PROPERTIES
      CXX_VISIBILITY_PRESET default VISIBILITY_INLINES_HIDDEN OFF)
    set(map "${PROJECT_SOURCE_DIR}/cmake/exports.map")
    target_link_options(${target} PRIVATE "LINKER:--version-script=${map}" "LINKER:-z,nodelete")
    set_target_properties(${target} PROPERTIES LINK_DEPENDS "${map}")
  endif()
endfunction()
