#include "net/socket_address.hpp"

#include <string>
#include <system_error>

#include "support/catch.hpp"

using sock::Endpoint;
using sock::to_socket_address;

namespace {

std::string round_trip(const std::string& address) {
  return sock::to_endpoint(to_socket_address(Endpoint{address, 7})).address;
}

}  // namespace

TEST_CASE("an address of IPv4 is shown as such at a socket of both families") {
  CHECK(round_trip("127.0.0.1") == "127.0.0.1");
  CHECK(round_trip("::ffff:127.0.0.1") == "127.0.0.1");
  CHECK(round_trip("::ffff:224.0.0.1") == "224.0.0.1");
  CHECK(round_trip("::1") == "::1");
  CHECK(round_trip("::") == "::");
}

TEST_CASE("what is no address is an error that names it") {
  for (const std::string address : {"localhost", "", "127.0.0.1.5"}) {
    try {
      to_socket_address(Endpoint{address, 7});
      FAIL("it is one");
    } catch (const std::system_error& error) {
      CHECK(error.code() == std::errc::invalid_argument);
      CHECK(std::string(error.what()) == address + ":7: Invalid argument");
    }
  }
}
