#include "net/resolve.hpp"

#include <string>
#include <system_error>
#include <vector>

#include "support/catch.hpp"
#include "support/fake_names.hpp"

namespace {

using sock::Family;
using sock::Purpose;

std::vector<std::string> addresses(const std::string& host, Family family = Family::any,
                                   Purpose purpose = Purpose::connect) {
  std::vector<std::string> found;
  for (const auto& endpoint : sock::resolve(host, 80, family, purpose)) {
    CHECK(endpoint.port() == 80);
    found.push_back(endpoint.address().to_string());
  }
  return found;
}

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE("localhost is both loopback addresses") {
  CHECK(addresses("localhost") == Found{"::1", "127.0.0.1"});
  CHECK(addresses("LocalHost", Family::any, Purpose::listen) == Found{"127.0.0.1", "::1"});
  CHECK(addresses("localhost", Family::ipv4) == Found{"127.0.0.1"});
  CHECK(addresses("localhost", Family::ipv6) == Found{"::1"});
}

TEST_CASE("every name below localhost is both loopback addresses") {
  for (const char* host : {"localhost.", "x.localhost", "X.y.LOCALHOST", "x.localhost."}) {
    fake_names::add(host, {"192.0.2.1"});  // nobody is asked
    CHECK(addresses(host) == Found{"::1", "127.0.0.1"});
    CHECK(addresses(host, Family::any, Purpose::listen) == Found{"127.0.0.1", "::1"});
    CHECK(sock::is_every_family(host));
  }
  for (const char* host : {"xlocalhost", "localhost.example", "localhost..", "localhos"}) {
    fake_names::add(host, {"192.0.2.1"});
    CHECK(addresses(host) == Found{"192.0.2.1"});
    CHECK_FALSE(sock::is_every_family(host));
  }
}

TEST_CASE("an address is itself, in brackets or not") {
  CHECK(addresses("127.0.0.2") == Found{"127.0.0.2"});
  CHECK(addresses("::1") == Found{"::1"});
  CHECK(addresses("[::1]") == Found{"::1"});
}

TEST_CASE("a star is every address of this machine to listen on, and no host to connect to") {
  CHECK(addresses("*", Family::any, Purpose::listen) == Found{"0.0.0.0", "::"});
  CHECK_THROWS_AS(addresses("*"), std::system_error);
}

TEST_CASE("a host without an address of the wanted family is an error that names it") {
  CHECK_THROWS_WITH(addresses("127.0.0.1", Family::ipv6),
                    "host \"127.0.0.1\" has no address of IPv6: "
                    "Address family for hostname not supported");
}
