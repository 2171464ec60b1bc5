// What an engine makes of bytes that are wrong, of an end in the wrong place, of want of memory.

#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sock/tls.hpp"
#include "support/catch.hpp"
#include "support/scarce_memory.hpp"
#include "support/tls_pair.hpp"

namespace {

using State = TlsEnd::State;

constexpr std::string_view close_alert("\x15\x03\x03\x00\x02\x01\x00", 7);  // RFC 8446, 6.1

}  // namespace

// Else whoever ends early would be through, without a name, a certificate or a secret.
TEST_CASE("TLS engine: an end in the middle of the handshake is a failure") {
  for (const bool client_ends : {false, true}) {
    for (const bool has_begun : {false, true}) {
      TlsPair pair;
      pair.client.engine.start(pair.client.out);
      if (has_begun) pair.server.takes(pair.client.out);
      TlsEnd& other = client_ends ? pair.server : pair.client;
      other.takes(close_alert);
      CHECK(other.engine.state() == State::failed);
      CHECK_FALSE(other.engine.failure().empty());
    }
  }
}

TEST_CASE("TLS engine: who speaks anything but TLS is told from all else") {
  for (const std::string_view text : {"hola\n", "GET / HTTP/1.0\r\n\r\n", "\n", "PROXY TCP4 "}) {
    TlsPair pair;
    pair.server.takes(text);
    CHECK(pair.server.engine.state() == State::failed);
    CHECK(pair.server.engine.failure() == "not TLS");
    pair.client.engine.start(pair.client.out);
    pair.client.takes(text);
    CHECK(pair.client.engine.failure() == "not TLS");
  }
}

TEST_CASE("TLS engine: garbage after the handshake is a failure, and the text before it is not") {
  for (const bool by_client : {false, true}) {
    TlsPair pair;
    pair.shake_hands();
    TlsEnd& one = by_client ? pair.client : pair.server;
    TlsEnd& other = by_client ? pair.server : pair.client;
    one.says("hola");
    other.takes(one.take_output() + "garbage");
    CHECK(other.plain == "hola");
    CHECK(other.engine.state() == State::failed);
    CHECK_FALSE(other.engine.failure().empty());
    CHECK(other.takes("more") == 4);
    CHECK_THROWS_AS(other.says("answer"), std::runtime_error);
  }
}

TEST_CASE("TLS engine: one flipped bit of a record is a failure, and both ends know it") {
  TlsPair pair;
  pair.shake_hands();
  pair.client.says("hola");
  std::string bytes = pair.client.take_output();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  pair.server.takes(bytes);
  CHECK(pair.server.plain.empty());
  CHECK(pair.server.engine.state() == State::failed);
  pair.carry();
  CHECK(pair.client.engine.state() == State::failed);
  CHECK(pair.client.engine.failure() == "the server has ended it: bad record mac");
}

TEST_CASE("TLS engine: want of memory is told of by an exception, wherever it is") {
  bool all_were_tried = false;
  for (std::size_t n = 0; !all_were_tried; ++n) {
    REQUIRE(n < 1000);
    memory::fail_after(n);
    try {
      const memory::Watch watch;
      TlsPair pair;
      pair.shake_hands();
      pair.client.says("hola");
      pair.client.engine.end(pair.client.out);
      pair.carry();
    } catch (const std::bad_alloc&) {
      continue;
    }
    all_were_tried = !memory::has_failed();
    CHECK(all_were_tried);
  }
  memory::fail_after(memory::never);
}

TEST_CASE("TLS engine: a name that no server can have is refused") {
  CHECK_THROWS_AS(sock::TlsEngine(TlsContexts::shared().client, std::string(300, 'a')),
                  std::runtime_error);
}
