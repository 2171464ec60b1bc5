#include "protocols/chat_name.hpp"

#include "support/catch.hpp"

TEST_CASE("a chat name is 1 to 16 letters, digits or . _ - and begins with a letter or digit") {
  for (const auto* name : {"a", "7", "ana", "Ana.B_c-9", "abcdefghijklmnop"}) {
    INFO(name);
    CHECK(sock::is_chat_name(name));
  }
  for (const auto* name : {"", "*", ".a", "_a", "-a", "a b", "a:", "a\n", "a\t", "aé", "é", "a*",
                           "abcdefghijklmnopq"}) {
    INFO(name);
    CHECK_FALSE(sock::is_chat_name(name));
  }
  CHECK_FALSE(sock::is_chat_name({"a\0", 2}));
}

TEST_CASE("names with a meaning, and those of guests, are reserved ignoring case") {
  for (const auto* name : {"server", "Server", "you", "YOU", "all", "guest1", "Guest007"}) {
    INFO(name);
    CHECK(sock::is_reserved_chat_name(name));
  }
  for (const auto* name : {"guest", "guest1a", "guests", "server1", "yo", "al", "g", "1guest1"}) {
    INFO(name);
    CHECK_FALSE(sock::is_reserved_chat_name(name));
  }
}

TEST_CASE("case is ignored in ASCII letters and nowhere else") {
  CHECK(sock::equal_ignoring_case("aNa.Z-1", "AnA.z-1"));
  CHECK_FALSE(sock::equal_ignoring_case("ana", "an"));
  CHECK_FALSE(sock::equal_ignoring_case("[", "{"));
  CHECK_FALSE(sock::equal_ignoring_case("@", "`"));
}
