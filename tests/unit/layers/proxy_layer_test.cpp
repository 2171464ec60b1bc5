// A conversation behind the header of a proxy.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "sock/proxy_header.hpp"
#include "support/catch.hpp"
#include "support/cuts.hpp"
#include "support/layered_client.hpp"
#include "support/speaking_room.hpp"

namespace {

using namespace std::chrono_literals;
using sock::End;
using Events = std::vector<std::string>;

const std::string header = "PROXY TCP4 198.51.100.7 192.0.2.9 1234 443\r\n";
const std::string longest(sock::longest_proxy_header, 'x');

// A header of version 2 of this size.
std::string header_of(std::size_t size) {
  sock::ProxyHeader padded{.version = 2};
  const std::size_t rest = size - to_bytes(padded).size() - 3;
  padded.extras.push_back({4, std::string(rest, 'x')});
  return to_bytes(padded);
}

}  // namespace

TEST_CASE("PROXY layer: the client is told of behind the header, as the one that it names") {
  const std::string bytes = header + "uno";
  for (const auto& reads : every_cut(bytes)) {
    LayeredClient server(proxy_door());
    server.driven.parks = reads.size() == 2;
    for (const auto read : reads) server.driven.comes(read);
    server.driven.go_on();
    REQUIRE(server.driven.sent == "hi UNO");
    server.driven.peer_ends();
    server.driven.go_on();
    CHECK(server.driven.sent == "hi UNObye");
    CHECK(server.recorder.events() == Events{"7 proxied by 192.0.2.1:5000", "7 connected"});
    CHECK(to_string(server.client.address) == "198.51.100.7:1234");
    CHECK(to_string(*server.client.arrival->proxied_by) == "192.0.2.1:5000");
    CHECK(server.inner.ends == std::vector{End::peer_closed});
  }
}

TEST_CASE("PROXY layer: before the header is there nothing is told, and nothing sent") {
  LayeredClient server(proxy_door());
  server.driven.comes(header.substr(0, header.size() - 1));
  server.driven.go_on();
  CHECK(server.driven.sent.empty());
  CHECK(server.recorder.events().empty());
  CHECK_FALSE(server.is_through());
}

TEST_CASE("PROXY layer: a proxy that speaks for itself is the client") {
  for (const std::string& bytes :
       {std::string("PROXY UNKNOWN\r\n"), to_bytes(sock::ProxyHeader{.version = 2})}) {
    LayeredClient server(proxy_door());
    server.driven.comes(bytes + "uno");
    server.driven.go_on();
    CHECK(server.driven.sent == "hi UNO");
    CHECK(to_string(server.client.address) == "192.0.2.1:5000");
    CHECK((!server.client.arrival || !server.client.arrival->proxied_by));
    CHECK(server.recorder.events().back() == "7 connected");
  }
}

TEST_CASE("PROXY layer: an IPv4 client that the proxy met by IPv6 is told of by IPv4") {
  for (const auto& [named, told] : {std::pair{"::ffff:198.51.100.7", "198.51.100.7:1234"},
                                    {"2001:db8::7", "[2001:db8::7]:1234"},
                                    {"64:ff9b::c633:6407", "[64:ff9b::c633:6407]:1234"}}) {
    LayeredClient server(proxy_door());
    server.driven.comes("PROXY TCP6 " + std::string(named) + " ::1 1234 443\r\n");
    server.driven.go_on();
    CHECK(to_string(server.client.address) == told);
  }
}

TEST_CASE("PROXY layer: a path is no address, whatever it looks like") {
  LayeredClient server(proxy_door());
  sock::ProxyHeader header{.version = 2};
  header.source = {.address = "::ffff:run.sock", .transport = sock::Transport::local};
  header.destination = header.source;
  server.driven.comes(to_bytes(header));
  server.driven.go_on();
  CHECK(to_string(server.client.address) == "unix:::ffff:run.sock");
}

TEST_CASE("PROXY layer: a header of the greatest length is read, a longer one is not") {
  for (const std::size_t piece : {1, 1000, 4095, 4096, 10'000}) {
    LayeredClient server(proxy_door());
    const std::string bytes = header_of(sock::longest_proxy_header) + "uno";
    for (std::size_t i = 0; i < bytes.size(); i += piece) {
      server.driven.comes(bytes.substr(i, piece));
    }
    server.driven.go_on();
    CHECK(server.driven.sent == "hi UNO");

    LayeredClient other(proxy_door());
    other.driven.comes(header_of(sock::longest_proxy_header + 1));
    other.driven.go_on();
    CHECK(other.recorder.events() ==
          Events{"7 kept out by PROXY: a header of more than 4096 bytes"});
  }
}

TEST_CASE("PROXY layer: who does not get through is told of once, and why") {
  struct Row {
    std::string comes;
    End ends;
    const char* event;
  };
  const std::vector<Row> rows{
      {"", End::peer_closed, "7 kept out by PROXY: closed by client, silent"},
      {"PROXY TCP4", End::peer_closed, "7 kept out by PROXY: closed by client"},
      {"PROXY TCP4", End::lost, "7 kept out by PROXY: connection lost"},
      {"hola\n", End::peer_closed, "7 kept out by PROXY: no PROXY header"},
      {"PROXY hola\r\n", End::lost, "7 kept out by PROXY: a header of version 1 that is not one"},
  };
  for (const auto& [comes, ends, event] : rows) {
    INFO(event);
    LayeredClient server(proxy_door());
    if (!comes.empty()) server.driven.comes(comes);
    server.driven.peer_ends(ends);
    server.driven.go_on();
    CHECK(server.driven.closed);
    CHECK(server.driven.ends == 1);
    CHECK(server.driven.sent.empty());
    CHECK(server.recorder.events() == Events{event});
    CHECK(server.inner.calls.empty());
  }
}

TEST_CASE("PROXY layer: a header has 5 s in all, whatever trickles in") {
  LayeredClient silent(proxy_door());
  silent.driven.go_on();
  silent.driven.pass(4999ms);
  CHECK(silent.recorder.events().empty());
  silent.driven.pass(1ms);
  CHECK(silent.recorder.events() == Events{"7 kept out by PROXY: no header within 5 s, silent"});

  LayeredClient trickling(proxy_door());
  trickling.driven.go_on();
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(trickling.recorder.events().empty());
    trickling.driven.comes(header.substr(i, 1));
    trickling.driven.go_on();
    trickling.driven.pass(1s);
  }
  CHECK(trickling.recorder.events() == Events{"7 kept out by PROXY: no header within 5 s"});
}

TEST_CASE("PROXY layer: behind the header there is no limit any more") {
  LayeredClient server(proxy_door());
  server.driven.go_on();
  server.driven.pass(4s);
  server.driven.comes(header);
  CHECK(server.driven.go_on().until == sock::no_deadline);
  server.driven.pass(100s);
  server.driven.comes("uno");
  server.driven.go_on();
  CHECK(server.driven.sent == "hi UNO");
}

TEST_CASE("PROXY layer: a member hears others from then on, and is told of its stop") {
  SpeakingRoom room(100'000);
  LayeredClient server(proxy_door(), &room.log);
  room.say("[before]");
  server.driven.go_on();
  server.driven.comes(header);
  server.driven.go_on();
  room.say("[uno]");
  server.driven.deliver();
  CHECK(server.driven.tellings > 0);
  CHECK(server.driven.sent == "hi [uno]");
  server.driven.comes("ab");
  server.driven.stop();
  server.driven.go_on();
  server.driven.release();
  server.driven.go_on();
  CHECK(server.driven.sent == "hi [uno]ABbye");
}

TEST_CASE("PROXY layer: a stop before the header is there ends it") {
  LayeredClient server(proxy_door());
  server.driven.comes("PROXY ");
  server.driven.go_on();
  server.driven.stop();
  server.driven.go_on();
  CHECK(server.driven.closed);
  CHECK(server.recorder.events() == Events{"7 kept out by PROXY: stopped"});
}

TEST_CASE("PROXY layer: whatever the session throws when it is opened ends this client alone") {
  for (const std::size_t call : {1, 2}) {
    LayeredClient server(proxy_door());
    server.inner.failing_call = call;
    server.driven.comes(header + "uno");
    server.driven.go_on();
    CHECK(server.driven.closed);
    CHECK(server.inner.ends == std::vector{End::lost});
    CHECK(server.driven.sent == (call == 1 ? "" : "hi "));
  }
}

// It cannot be known before, so the client is read from as any other until then.
TEST_CASE("PROXY layer: what comes with the header is within the rate, or waited for afterwards") {
  LayeredClient server(proxy_door());
  server.inner.bytes_a_second = 1000;
  server.driven.comes(header + std::string(6000, 'a'));
  server.driven.comes("b");
  server.driven.go_on();
  CHECK(server.driven.sent == "hi " + std::string(6000, 'A'));
  server.driven.pass(1900ms);
  CHECK_FALSE(server.driven.sent.ends_with("B"));
  server.driven.pass(200ms);
  CHECK(server.driven.sent.ends_with("AB"));
}
