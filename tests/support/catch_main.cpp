// Catch2 3 has its own main; for Catch2 2 it is compiled here, once for all tests.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
