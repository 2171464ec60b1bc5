// Catch2 3 brings its own main; with Catch2 2 it is compiled here, once for all tests.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
