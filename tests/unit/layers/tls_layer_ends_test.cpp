// How a conversation through TLS ends: before the client is through, without close_notify, by
// garbage, by a stop.

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/layered_client.hpp"
#include "support/speaking_room.hpp"

namespace {

using namespace std::chrono_literals;
using sock::End;
using sock::Step;
using Events = std::vector<std::string>;
using Ends = std::vector<End>;

TlsEnd client_end() { return TlsEnd(TlsContexts::shared().client); }

std::string first_flight() {
  TlsEnd client = client_end();
  client.engine.start(client.out);
  return client.out;
}

}  // namespace

TEST_CASE("TLS layer: who does not get through is told of once, and why") {
  struct Row {
    const char* what;
    std::string comes;
    End ends;
    const char* event;
  };
  const std::string half = first_flight().substr(0, 100);
  const std::vector<Row> rows{
      {"a port probe", "", End::peer_closed, "7 kept out by TLS: closed by client, silent"},
      {"a lost one", "", End::lost, "7 kept out by TLS: connection lost, silent"},
      {"half a hello", half, End::peer_closed, "7 kept out by TLS: closed by client"},
      {"half a hello, lost", half, End::lost, "7 kept out by TLS: connection lost"},
      {"plain text", "hola\n", End::peer_closed, "7 kept out by TLS: not TLS"},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    LayeredClient server(tls_door());
    if (!row.comes.empty()) server.driven.comes(row.comes);
    server.driven.peer_ends(row.ends);
    server.driven.go_on();
    CHECK(server.driven.closed);
    CHECK(server.driven.ends == 1);
    CHECK(server.recorder.events() == Events{row.event});
    CHECK_FALSE(server.is_through());
    CHECK(server.inner.calls.empty());
  }
}

TEST_CASE("TLS layer: a client that does not trust the server is told of in its words") {
  LayeredClient server(tls_door());
  const auto another = sock::TlsContext::for_server({});
  TlsEnd client(TlsContexts::trusting(*another));
  server.shake_hands(client);
  CHECK(client.engine.failure() == "the server's certificate is not that of the pin");
  const auto events = server.recorder.events();
  REQUIRE(events.size() == 1);
  CHECK(events.front().starts_with("7 kept out by TLS: the client "));
  CHECK(server.driven.ends == 1);
}

TEST_CASE("TLS layer: an end in the middle of the handshake lets nobody in") {
  LayeredClient server(tls_door());
  server.driven.comes(first_flight() + std::string("\x15\x03\x03\x00\x02\x01\x00", 7));
  server.driven.go_on();
  CHECK(server.recorder.events() == Events{"7 kept out by TLS: the client has ended it"});
  CHECK_FALSE(server.is_through());
}

TEST_CASE("TLS layer: what is wrong is told to the peer, which can read it") {
  LayeredClient server(tls_door());
  std::string hello = first_flight();
  hello[6] = '\x7f';  // its length
  server.driven.comes(hello);
  server.driven.go_on();
  CHECK(server.driven.sent.starts_with("\x15\x03"));  // an alert
  CHECK(server.driven.lingers);
  CHECK(server.recorder.events().size() == 1);
}

TEST_CASE("TLS layer: a handshake has 10 s in all, whatever trickles in") {
  LayeredClient silent(tls_door());
  silent.driven.go_on();
  silent.driven.pass(9999ms);
  CHECK(silent.recorder.events().empty());
  silent.driven.pass(1ms);
  const std::string event = "7 kept out by TLS: no handshake within 10 s";
  CHECK(silent.recorder.events() == Events{event + ", silent"});

  LayeredClient trickling(tls_door());
  const std::string hello = first_flight();
  trickling.driven.go_on();
  for (std::size_t i = 0; i < 99; ++i) {
    trickling.driven.comes(hello.substr(i, 1));
    trickling.driven.go_on();
    trickling.driven.pass(100ms);
  }
  CHECK(trickling.recorder.events().empty());
  trickling.driven.comes(hello.substr(99, 1));
  trickling.driven.pass(100ms);
  CHECK(trickling.recorder.events() == Events{event});

  LayeredClient half(tls_door());  // the second half of the handshake is in the same 10 s
  half.driven.go_on();
  half.driven.pass(6s);
  half.driven.comes(hello);
  half.driven.go_on();
  half.driven.pass(4s);
  CHECK(half.recorder.events() == Events{event});
}

TEST_CASE("TLS layer: who is through in time is not ended later") {
  LayeredClient server(tls_door());
  server.driven.go_on();
  server.driven.pass(9s);
  TlsEnd client = client_end();
  server.shake_hands(client);
  CHECK(server.driven.pass(100s).until == sock::no_deadline);
  client.says("ab");
  server.carry(client);
  CHECK(client.plain == "hi AB");
}

TEST_CASE("TLS layer: an end without close_notify is a lost connection") {
  LayeredClient server(tls_door());
  TlsEnd client = client_end();
  server.shake_hands(client);
  server.driven.peer_ends();
  server.driven.go_on();
  CHECK(server.inner.ends == Ends{End::lost});
  CHECK(server.driven.sent.empty());
  CHECK(server.driven.conversation.cause() == End::lost);
}

TEST_CASE("TLS layer: garbage after the handshake ends this client; what came before is answered") {
  LayeredClient server(tls_door());
  TlsEnd client = client_end();
  server.shake_hands(client);
  client.says("ab");
  server.driven.comes(client.take_output() + "garbage");
  server.driven.go_on();
  CHECK(server.inner.ends == Ends{End::by_server});
  client.takes(server.take_sent());
  CHECK(client.plain.ends_with("AB"));
  const auto events = server.recorder.events();
  CHECK(std::any_of(events.begin(), events.end(), [](const std::string& event) {
    return event.starts_with("7 broken in TLS: what came is not TLS");
  }));
}

TEST_CASE("TLS layer: no more of a read is done with than it has brought") {
  LayeredClient server(tls_door());
  server.inner.bytes = [](std::string_view in, std::string&) {
    return Step{.consumed = in.size(), .close = true};
  };
  TlsEnd client = client_end();
  server.shake_hands(client);
  client.says(std::string(1000, 'a'));
  const std::string bytes = client.take_output();
  std::string out;
  CHECK(server.session.on_bytes({bytes.data(), bytes.size() - 1}, out).consumed ==
        bytes.size() - 1);
  const Step last = server.session.on_bytes({&bytes.back(), 1}, out);
  CHECK(last.close);
  CHECK(last.consumed <= 1);
}

TEST_CASE("TLS layer: a stop in the middle of a handshake ends it, one behind it has last words") {
  const std::string hello = first_flight();
  for (const std::size_t come : {std::size_t{0}, std::size_t{50}, hello.size()}) {
    LayeredClient server(tls_door());
    if (come > 0) server.driven.comes(hello.substr(0, come));
    server.driven.go_on();
    server.driven.stop();
    server.driven.go_on();
    CHECK(server.driven.closed);
    CHECK(server.recorder.events() ==
          Events{std::string("7 kept out by TLS: stopped") + (come > 0 ? "" : ", silent")});
  }
  LayeredClient server(tls_door());
  TlsEnd client = client_end();
  server.shake_hands(client);
  client.says("ab");
  server.driven.comes(client.take_output());
  server.driven.stop();
  server.carry(client);
  CHECK(client.plain == "hi ABbye");
  CHECK(client.engine.state() == TlsEnd::State::peer_ended);
  CHECK(server.inner.ends == Ends{End::stopped});
}

TEST_CASE(
    "TLS layer: who comes through after a stop is answered, and is in the room till its end") {
  SpeakingRoom room(100'000);
  LayeredClient server(tls_door(), &room.log);
  TlsEnd client = client_end();
  client.engine.start(client.out);
  server.driven.comes(client.take_output());
  server.driven.go_on();
  client.takes(server.take_sent());
  client.says("ab");
  server.driven.comes(client.take_output());
  server.driven.stop();
  server.carry(client);
  CHECK(server.recorder.events() == Events{"7 connected"});
  CHECK(client.plain == "hi AB");
  room.say("[late]");
  server.driven.release();
  server.carry(client);
  CHECK(client.plain == "hi AB[late]bye");
  CHECK(server.inner.ends == Ends{End::stopped});
}
