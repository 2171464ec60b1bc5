// The header of a proxy, of both versions, against the rules in proxy_header.hpp; and a layer that
// reads it, cut in several ways.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fuzz/cut.hpp"
#include "fuzz/require.hpp"
#include "layers/proxy_layer.hpp"
#include "sock/escape.hpp"
#include "sock/proxy_header.hpp"
#include "sock/service.hpp"

namespace {

using State = sock::ParsedProxyHeader::State;

void require_whole(std::string_view bytes, const sock::ParsedProxyHeader& parsed) {
  const auto& header = parsed.header;
  require(parsed.size <= bytes.size() && parsed.size <= sock::longest_proxy_header,
          "more than there is");
  require(header.source.has_value() == header.destination.has_value(), "one end without the other");
  for (std::size_t size = 0; size < parsed.size; ++size) {
    require(sock::parse_proxy_header(bytes.substr(0, size)).state == State::incomplete,
            "a part of a good header is not incomplete");
  }
  for (const auto& extra : header.extras) {
    require(sock::escaped(to_string(extra)) == to_string(extra), "an extra that is not safe");
  }
  // Written again it says the same, and may be shorter: of what is skipped nothing is known.
  const std::string written = to_bytes(header);
  const auto again = sock::parse_proxy_header(written);
  require(again.state == State::complete && again.size == written.size(), "its bytes are wrong");
  require(again.header.version == header.version && again.header.source == header.source &&
              again.header.destination == header.destination &&
              again.header.extras.size() == header.extras.size(),
          "its bytes say something else");
}

struct Behind {
  std::string out;
  sock::Client client{1, {"127.0.0.1", 5000}};
};

// An echo behind the layer.
Behind behind_layer(const Reads& reads) {
  Behind result;
  sock::Observer observer;
  const auto service = sock::find_service("echo")->make({});
  sock::ProxyLayer layer(result.client, observer, std::chrono::milliseconds(0),
                         [&] { return service->open(result.client, observer); });
  sock::Step step = layer.on_open(result.out);
  for (std::string_view in : reads) {
    while (!in.empty() && !step.close) {
      step = layer.on_bytes(in, result.out);
      require(step.consumed <= in.size(), "it took more than it was offered");
      require(layer.is_open() || step.close || step.limit.count() > 0, "it waits for ever");
      if (step.in_place) result.out += in.substr(0, step.consumed);
      in.remove_prefix(step.consumed);
    }
  }
  layer.on_end(sock::End::peer_closed, result.out);
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto parsed = sock::parse_proxy_header(bytes);
  if (parsed.state == State::complete) require_whole(bytes, parsed);
  if (parsed.state == State::wrong) require(!parsed.why.empty(), "wrong without a reason");
  const bool is_whole = parsed.state == State::complete;
  const std::string_view rest = is_whole ? bytes.substr(parsed.size) : std::string_view();
  for (const auto& reads : some_cuts(bytes)) {
    const auto got = behind_layer(reads);
    require(got.out == rest, "not all that is behind the header, and nothing else");
    if (is_whole && parsed.header.source) {
      auto named = *parsed.header.source;  // but that it has come by a connection
      if (named.transport == sock::Transport::udp) named.transport = sock::Transport::tcp;
      require(got.client.address == named, "another client");
    }
  }
  return 0;
}
