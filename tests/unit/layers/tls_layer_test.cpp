// A conversation through TLS. What is wrong with it is in tls_layer_ends_test.cpp.

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"
#include "support/layered_client.hpp"
#include "support/speaking_room.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Step;

TlsEnd client_end() { return TlsEnd(TlsContexts::shared().client, "example.org"); }

using Events = std::vector<std::string>;

}  // namespace

TEST_CASE("TLS layer: a client is told of when it is through, with what was agreed upon") {
  LayeredClient server(tls_door());
  TlsEnd client = client_end();
  client.engine.start(client.out);
  server.driven.comes(client.take_output());
  server.driven.go_on();
  CHECK(server.recorder.events().empty());
  CHECK_FALSE(server.is_through());
  client.takes(server.take_sent());
  server.carry(client);
  CHECK(server.recorder.events() == Events{"7 connected"});
  REQUIRE(server.client.arrival);
  REQUIRE(server.client.arrival->tls);
  CHECK(server.client.arrival->tls->version == "TLSv1.3");
  CHECK(server.client.arrival->tls->server_name == "example.org");
  CHECK_FALSE(server.client.arrival->proxied_by);
  CHECK(client.plain == "hi ");
}

TEST_CASE("TLS layer: every cut of what comes is answered the same") {
  LayeredClient server(tls_door());
  TlsEnd client = client_end();
  server.shake_hands(client);
  TlsPair sample;
  sample.shake_hands();
  sample.client.says("uno");
  sample.client.says("dos");
  const std::size_t size = sample.client.out.size();
  std::string expected = "hi ";
  for (std::size_t at = 0; at <= size; ++at) {
    server.driven.parks = at % 2 == 0;
    client.says("uno");
    client.says("dos");
    const std::string bytes = client.take_output();
    for (std::size_t i = 0; at == 0 && i < size; ++i) server.driven.comes(bytes.substr(i, 1));
    if (at > 0) server.driven.comes(bytes.substr(0, at));
    if (at > 0 && at < size) server.driven.comes(bytes.substr(at));
    server.carry(client);
    expected += "UNODOS";
    REQUIRE(client.plain == expected);
  }
}

TEST_CASE("TLS layer: the last flight and the first words may come as one read, cut anywhere") {
  std::size_t size = 1;
  for (std::size_t at = 0; at < size; at += 3) {
    LayeredClient server(tls_door());
    server.driven.parks = true;
    TlsEnd client = client_end();
    client.engine.start(client.out);
    server.driven.comes(client.take_output());
    server.driven.go_on();
    client.takes(server.take_sent());
    REQUIRE(client.is_open());
    client.says("uno");
    client.says("dos");
    const std::string bytes = client.take_output();
    size = bytes.size();
    if (at > 0) server.driven.comes(bytes.substr(0, at));
    server.driven.comes(bytes.substr(at));
    server.carry(client);
    REQUIRE(client.plain == "hi UNODOS");
  }
}

TEST_CASE("TLS layer: a session may take little of a record, and stop early") {
  for (const std::size_t piece : {1, 7, 1000}) {
    for (const bool parks : {false, true}) {
      LayeredClient server(tls_door());
      server.driven.parks = parks;
      server.inner.bytes = [piece](std::string_view in, std::string& out) {
        const Step step{.consumed = std::min(piece, in.size())};
        out += in.substr(0, step.consumed);
        return step;
      };
      TlsEnd client = client_end();
      server.shake_hands(client);
      const std::string text(5000, 'a');
      client.says(text + "1");
      client.says("2" + text + "3");
      server.carry(client);
      CHECK(client.plain == "hi " + text + "12" + text + "3");
      CHECK(server.driven.yields > 0);
    }
  }
}

TEST_CASE("TLS layer: much that comes is answered in order, by a socket that takes little") {
  for (const bool in_place : {false, true}) {
    LayeredClient server(tls_door());
    server.driven.parks = true;
    server.inner.bytes = [in_place](std::string_view in, std::string& out) {
      if (!in_place) out += in;
      return Step{.consumed = in.size(), .in_place = in_place};
    };
    TlsEnd client = client_end();
    server.shake_hands(client);
    std::string text(300'000, ' ');
    for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31 >> 3);
    client.says(text);
    std::string_view bytes = client.out;
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 60'000))) {
      server.driven.comes(bytes.substr(0, 60'000));
    }
    client.out.clear();
    server.driven.room = 0;
    server.driven.go_on();
    // What it has not taken is not read on: answers before input.
    CHECK(server.driven.unread() >= 60'000);
    for (int turns = 0; client.plain.size() < 3 + text.size() && turns < 1000; ++turns) {
      server.driven.reads(7'777);
      client.takes(server.take_sent());
    }
    CHECK(client.plain == "hi " + text);
  }
}

TEST_CASE("TLS layer: others' lines, answers and the last words leave in order, encrypted") {
  for (const bool parks : {false, true}) {
    SpeakingRoom room(100'000);
    LayeredClient server(tls_door(), &room.log);
    server.driven.parks = parks;
    server.driven.most_sent = 11;
    TlsEnd client = client_end();
    room.say("[before]");
    server.shake_hands(client);
    room.say("[uno]");
    server.driven.deliver();
    server.carry(client);
    server.inner.bytes = [&](std::string_view in, std::string& out) {
      room.say("[caused]");
      return ScriptedSession::capitals(in, out);
    };
    client.says("ab");
    server.carry(client);
    room.say("[dos]");
    client.engine.end(client.out);
    server.driven.comes(client.take_output());
    server.driven.go_on();
    CHECK(server.driven.sent.find("dos") == std::string::npos);
    CHECK(server.driven.sent.find("bye") == std::string::npos);
    server.carry(client);
    CHECK(client.plain == "hi [uno]AB[caused][dos]bye");
    CHECK(client.engine.state() == TlsEnd::State::peer_ended);
    CHECK(server.driven.closed);
    CHECK(server.inner.ends == std::vector{sock::End::peer_closed});
  }
}

TEST_CASE("TLS layer: a half-close by close_notify answers what was said before it") {
  for (const std::size_t piece : {1, 100'000}) {
    LayeredClient server(tls_door());
    server.inner.bytes = [piece](std::string_view in, std::string& out) {
      return ScriptedSession::capitals(in.substr(0, piece), out);
    };
    TlsEnd client = client_end();
    server.shake_hands(client);
    client.says(std::string(3000, 'a'));
    client.engine.end(client.out);
    server.driven.comes(client.take_output());
    server.driven.peer_ends();
    server.carry(client);
    CHECK(client.plain == "hi " + std::string(3000, 'A') + "bye");
    CHECK(client.engine.state() == TlsEnd::State::peer_ended);
    CHECK(server.inner.ends == std::vector{sock::End::peer_closed});
  }
}

// However much of the record comes in the last of its reads.
TEST_CASE("TLS layer: a session that closes has the last words, and an end besides the stream's") {
  LayeredClient server(tls_door());
  server.inner.bytes = [](std::string_view in, std::string& out) {
    out += "answer ";
    return Step{.consumed = in.size(), .close = true};
  };
  TlsEnd client = client_end();
  server.shake_hands(client);
  client.says(std::string(1000, 'a'));
  const std::string bytes = client.take_output();
  server.driven.comes(bytes.substr(0, bytes.size() - 1));
  server.driven.comes(bytes.substr(bytes.size() - 1));
  server.carry(client);
  CHECK(client.plain == "hi answer bye");
  CHECK(client.engine.state() == TlsEnd::State::peer_ended);
  CHECK(server.driven.lingers);
  CHECK(server.inner.ends == std::vector{sock::End::by_server});
}

TEST_CASE("TLS layer: a silence that the session asks for survives partial records") {
  LayeredClient server(tls_door());
  server.inner.bytes = [](std::string_view in, std::string&) {
    return Step{.consumed = in.size(), .silence = 1000ms};
  };
  server.inner.silence = [](std::string& out) {
    out += "there? ";
    return Step{};
  };
  TlsEnd client = client_end();
  server.shake_hands(client);
  client.says("a");
  server.carry(client);
  client.says("b");
  const std::string bytes = client.take_output();
  server.driven.pass(900ms);
  server.driven.comes(bytes.substr(0, 10));
  CHECK(server.driven.go_on().until == server.driven.now() + 1s);
  server.driven.pass(900ms);
  CHECK(server.driven.sent.empty());
  server.driven.pass(100ms);
  client.takes(server.take_sent());
  CHECK(client.plain == "hi there? ");
  CHECK(server.driven.pass(10s).until == sock::no_deadline);
  server.driven.comes(bytes.substr(10));
  CHECK(server.driven.go_on().until == server.driven.now() + 1s);
}
