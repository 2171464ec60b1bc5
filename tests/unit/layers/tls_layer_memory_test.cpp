// A conversation through a PROXY header and TLS for which memory lacks, at every allocation in turn
// (OpenSSL's own are not among them).

#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "support/layered_client.hpp"
#include "support/scarce_memory.hpp"
#include "support/speaking_room.hpp"

namespace {

class Counter final : public sock::Observer {
 public:
  void connected(const sock::Client&) noexcept override { ++connections; }
  void kept_out(const sock::Client&, const sock::KeptOut&) noexcept override { ++failures; }

  int connections = 0, failures = 0;
};

// As LayeredClient::carry(), with the memory of the server alone watched.
class Carrier {
 public:
  explicit Carrier(LayeredClient& server) : server_(server) {
    server.driven.sent.reserve(100'000);
    server.inner.calls.reserve(100);
    server.inner.ends.reserve(100);
  }
  void carry(TlsEnd& client) {
    do {
      if (!client.out.empty()) server_.driven.comes(client.take_output());
      {
        const memory::Watch watch;
        server_.driven.go_on();
      }
      client.takes(std::string_view(server_.driven.sent).substr(read_));
      read_ = server_.driven.sent.size();
    } while (!client.out.empty());
  }

 private:
  LayeredClient& server_;
  std::size_t read_ = 0;
};

}  // namespace

TEST_CASE("TLS layer: want of memory ends its client alone, which is told of once") {
  const std::string text(100, 'a'), answer(100, 'A');
  const std::string expected =
      "hi [a line that is longer than what needs no memory]" + answer + "bye";
  bool all_were_tried = false;
  for (std::size_t n = 0; !all_were_tried; ++n) {
    REQUIRE(n < 1000);
    SpeakingRoom room(100'000);
    Counter counter;
    LayeredClient server(tls_door(proxy_door()), &room.log, &counter);
    server.driven.parks = true;
    TlsEnd client(TlsContexts::shared().client, "a.name.that.is.longer.than.what.needs.no.memory");
    Carrier carrier(server);
    memory::fail_after(n);
    server.driven.comes("PROXY TCP6 2001:db8:1111:2222:3333:4444:5555:6666 ::1 1234 443\r\n");
    client.engine.start(client.out);
    carrier.carry(client);
    if (client.is_open() && !server.driven.closed) {
      room.say("[a line that is longer than what needs no memory]");
      carrier.carry(client);
      client.says(text);
      carrier.carry(client);
    }
    if (client.is_open()) client.engine.end(client.out);
    server.driven.peer_ends();
    carrier.carry(client);
    all_were_tried = !memory::has_failed();
    memory::fail_after(memory::never);
    CHECK(server.driven.closed);
    CHECK(server.driven.ends == 1);
    CHECK(counter.connections + counter.failures == 1);
    CHECK(server.inner.ends.size() == static_cast<std::size_t>(counter.connections));
    CHECK(expected.starts_with(client.plain));
    if (all_were_tried) CHECK(client.plain == expected);
  }
}
