#include "sockclient/ping_payload.hpp"

#include <limits>
#include <set>
#include <string>

#include "support/catch.hpp"

using namespace sockclient;

TEST_CASE("a payload has its size, its number in front and one line end, behind") {
  for (const std::size_t size : {6U, 7U, 8U, 64U, 100'000U}) {
    PingPayload payload(size, 1);
    for (const std::uint64_t number : {1U, 99U, 12345U}) {
      const std::string text(payload.of(number));
      CHECK(text.size() == size);
      CHECK(text.find('\n') == size - 1);
      CHECK(PingPayload::number_in(text) == number);
    }
  }
}

TEST_CASE("payloads differ by more than their numbers, and from those of others") {
  std::set<std::string> letters;
  for (const std::uint32_t seed : {1U, 2U}) {
    PingPayload payload(64, seed);
    for (std::uint64_t number = 10; number < 60; ++number) {
      letters.insert(std::string(payload.of(number).substr(3)));
    }
  }
  CHECK(letters.size() == 100);
}

TEST_CASE("the least size holds the number of the last ping") {
  CHECK(PingPayload::least_size(9) == 2);
  CHECK(PingPayload::least_size(10) == 3);
  CHECK(PingPayload::least_size({}) == 21);
  const auto greatest = std::numeric_limits<std::uint64_t>::max();
  CHECK(PingPayload(21, 1).of(greatest) == std::to_string(greatest) + "\n");
  CHECK(PingPayload(2, 1).of(9) == "9\n");
}

TEST_CASE("a text without a number has none") {
  for (const auto* text : {"", "\n", "pues hola\n", "-1 x\n", " 1\n", "99999999999999999999 x\n"}) {
    CHECK_FALSE(PingPayload::number_in(text).has_value());
  }
}
