// Both layers, one in the other: a PROXY header, and behind it TLS.

#include <chrono>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/layered_client.hpp"

namespace {

using namespace std::chrono_literals;
using Events = std::vector<std::string>;

const std::string proxy_header = "PROXY TCP4 198.51.100.7 192.0.2.1 1234 443\r\n";

}  // namespace

TEST_CASE("layers: TLS behind a PROXY header, in one read and byte by byte") {
  for (const bool in_one : {false, true}) {
    LayeredClient server(tls_door(proxy_door()));
    TlsEnd client(TlsContexts::shared().client);
    client.engine.start(client.out);
    const std::string bytes = proxy_header + client.take_output();
    if (in_one) server.driven.comes(bytes);
    for (std::size_t i = 0; !in_one && i < bytes.size(); ++i)
      server.driven.comes(bytes.substr(i, 1));
    server.carry(client);
    client.says("ab");
    client.engine.end(client.out);
    server.carry(client);
    CHECK(client.plain == "hi ABbye");
    CHECK(server.client.address == sock::Endpoint{"198.51.100.7", 1234});
    CHECK(to_string(*server.client.arrival->proxied_by) == "192.0.2.1:5000");
    CHECK(server.client.arrival->tls->version == "TLSv1.3");
    CHECK(server.recorder.events() == Events{"7 proxied by 192.0.2.1:5000", "7 connected"});
  }
}

TEST_CASE("layers: TLS behind a PROXY header it has 10 s of its own, and its own words") {
  LayeredClient server(tls_door(proxy_door()));
  server.driven.go_on();
  server.driven.pass(4s);
  server.driven.comes(proxy_header);
  server.driven.go_on();
  server.driven.pass(9999ms);
  CHECK(server.recorder.events().size() == 1);
  server.driven.pass(1ms);
  CHECK(server.recorder.events().back() == "7 kept out by TLS: no handshake within 10 s, silent");
  CHECK(server.inner.ends.empty());
}
