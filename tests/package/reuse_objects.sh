#!/bin/sh
# A compiler launcher, like ccache: objects of the library that SOCK_BUILD has are taken from there.
# Those whose names are in COMPILE, "socket_state.cpp.o", are compiled all the same.
for word; do
  case $word in
    */src/sock/CMakeFiles/sock.dir/*.o) object=$word ;;
    *.d) depend=$word ;;
  esac
done
case "${object:+ $COMPILE }" in
  '' | *" ${object##*/} "*) exec "$@" ;;
esac
: >"$depend"
exec cp "$SOCK_BUILD/src/sock/CMakeFiles/sock.dir/${object##*/sock.dir/}" "$object"
