// Two engines, a client's and a server's, and nothing between them but what the test makes of it.
// What goes wrong is in tls_engine_failures_test.cpp, whom they trust in tls_trust_test.cpp.

#include <array>
#include <string>
#include <vector>

#include "sock/tls.hpp"
#include "support/catch.hpp"
#include "support/cuts.hpp"
#include "support/tls_pair.hpp"

namespace {

using State = TlsEnd::State;

std::string text_of(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 >> 3);
  return text;
}

// The flights of one handshake, in turns, the client's first; after it both say something and end.
std::vector<std::string> flights_of(TlsPair& pair) {
  std::vector<std::string> flights;
  pair.client.engine.start(pair.client.out);
  while (!pair.client.out.empty() || !pair.server.out.empty()) {
    flights.push_back(pair.client.take_output());
    pair.server.takes(flights.back());
    flights.push_back(pair.server.take_output());
    pair.client.takes(flights.back());
  }
  return flights;
}

// One flight in these pieces; what the receiver says meanwhile comes to be its answer.
void deliver(const Reads& pieces, TlsEnd& to) {
  for (const auto piece : pieces) CHECK(to.takes(piece) == piece.size());
}

}  // namespace

TEST_CASE("TLS engine: two ends agree, and say what on") {
  TlsPair pair;
  pair.shake_hands();
  REQUIRE(pair.client.is_open());
  REQUIRE(pair.server.is_open());
  const auto summary = pair.client.engine.summary();
  CHECK(summary.version == "TLSv1.3");
  CHECK(summary.cipher == pair.server.engine.summary().cipher);
  CHECK(summary.peer_certificate == "CN=sockserver");
  const auto details = pair.client.engine.details();
  CHECK(details.peer_pin == TlsContexts::shared().server->pin());
  CHECK(details.peer_names == "localhost, 127.0.0.1");
  CHECK(details.peer_expiry.ends_with(" UTC"));
  CHECK_FALSE(details.is_resumed);
  CHECK(pair.server.engine.summary().peer_certificate.empty());
}

TEST_CASE("TLS engine: a server says nothing first, and nothing comes of no input") {
  TlsPair pair;
  pair.server.engine.start(pair.server.out);
  pair.server.takes({});
  CHECK(pair.server.out.empty());
  CHECK(pair.server.engine.state() == State::handshaking);
  CHECK(pair.server.engine.failure().empty());
}

TEST_CASE("TLS engine: each flight may come in any two pieces, or byte by byte") {
  TlsPair sample;
  const auto flights = flights_of(sample);
  REQUIRE(flights.size() >= 4);
  for (std::size_t cut_flight = 0; cut_flight < 3; ++cut_flight) {
    // Of another handshake they differ in length by a byte or two: of the signature.
    const std::size_t size = flights.at(cut_flight).size();
    const std::size_t step = cut_flight == 1 ? 7 : 1;  // it is long, and a key is used each time
    for (std::size_t at = 0; at < size; at += step) {
      TlsPair pair;
      pair.client.engine.start(pair.client.out);
      for (std::size_t flight = 0; flight < 4; ++flight) {
        TlsEnd& from = flight % 2 == 0 ? pair.client : pair.server;
        TlsEnd& to = flight % 2 == 0 ? pair.server : pair.client;
        const std::string bytes = from.take_output();
        const std::string_view all = bytes;
        if (flight != cut_flight || at > all.size()) {
          deliver({all}, to);
        } else if (at == 0) {
          for (const char& byte : bytes) deliver({std::string_view(&byte, 1)}, to);
        } else {
          deliver({all.substr(0, at), all.substr(at)}, to);
        }
      }
      pair.carry();
      REQUIRE(pair.client.is_open());
      REQUIRE(pair.server.is_open());
    }
  }
}

TEST_CASE("TLS engine: text of any length comes whole, both ways") {
  TlsPair pair;
  pair.shake_hands();
  std::string all;
  for (const std::size_t size : {0, 1, 2, 100, 16'383, 16'384, 16'385, 32'768, 65'536, 100'000}) {
    const std::string text = text_of(size);
    all += text;
    pair.client.says(text);
    pair.server.says(text);
    pair.carry();
    CHECK(pair.server.plain == all);
    CHECK(pair.client.plain == all);
  }
}

TEST_CASE("TLS engine: records may come in any two pieces, and several at once") {
  TlsPair pair;
  pair.shake_hands();
  pair.client.says("uno");
  pair.client.says("dos");
  const std::size_t size = pair.client.take_output().size();
  TlsPair other;
  other.shake_hands();
  std::string expected;
  for (std::size_t at = 0; at <= size; ++at) {
    other.client.says("uno");
    other.client.says("dos");
    const std::string bytes = other.client.take_output();
    deliver({std::string_view(bytes).substr(0, at), std::string_view(bytes).substr(at)},
            other.server);
    expected += "unodos";
    REQUIRE(other.server.plain == expected);
  }
  other.client.says(text_of(100'000));
  for (const char& byte : other.client.take_output()) other.server.takes({&byte, 1});
  CHECK(other.server.plain == expected + text_of(100'000));
}

TEST_CASE("TLS engine: a short buffer gets the same text, in pieces") {
  TlsPair pair;
  pair.shake_hands();
  pair.client.says(text_of(40'000));
  const std::string bytes = pair.client.take_output();
  std::array<char, 1000> buffer{};
  std::string plain, out;
  std::string_view in = bytes;
  for (;;) {
    const auto got = pair.server.engine.receive(in, buffer, out);
    in.remove_prefix(got.taken);
    if (got.bytes == 0) break;
    plain.append(buffer.data(), got.bytes);
  }
  CHECK(in.empty());
  CHECK(plain == text_of(40'000));
}

TEST_CASE("TLS engine: an end is told of, behind the text, and the other may go on sending") {
  for (const bool client_ends : {false, true}) {
    TlsPair pair;
    pair.shake_hands();
    TlsEnd& one = client_ends ? pair.client : pair.server;
    TlsEnd& other = client_ends ? pair.server : pair.client;
    one.says("last");
    one.engine.end(one.out);
    one.engine.end(one.out);
    const std::string bytes = one.take_output();
    CHECK(other.takes(bytes + "void") == bytes.size());
    CHECK(other.plain == "last");
    CHECK(other.engine.state() == State::peer_ended);
    CHECK(one.is_open());

    other.says(text_of(50'000));
    pair.carry();
    CHECK(one.plain == text_of(50'000));
    other.engine.end(other.out);
    pair.carry();
    CHECK(one.engine.state() == State::peer_ended);
    CHECK(pair.client.out.empty());
    CHECK(pair.server.out.empty());
  }
}

TEST_CASE("TLS engine: before it is open there is nothing to end") {
  TlsPair pair;
  pair.client.engine.start(pair.client.out);
  const std::string first = pair.client.out;
  pair.client.engine.end(pair.client.out);
  CHECK(pair.client.out == first);
  pair.server.engine.end(pair.server.out);
  CHECK(pair.server.out.empty());
}
