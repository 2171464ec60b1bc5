#include "layers/proxy_layer.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "net/socket_address.hpp"

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr auto time_for_header = 5s;

// The client, however it has reached the proxy, has reached us by a connection. If it has an
// IPv4-mapped address, this is the IPv4 address.
Endpoint as_arrived(const Endpoint& source) {
  if (source.transport == Transport::local) return source;
  return to_endpoint(to_socket_address(source), Transport::tcp);
}

}  // namespace

ProxyLayer::ProxyLayer(Client& client, Observer& observer, std::chrono::milliseconds limit,
                       Inside inside)
    : Layer("PROXY", limit > 0ms ? limit : time_for_header, client, observer, std::move(inside)) {}

Step ProxyLayer::on_open(std::string&) { return {.limit = time()}; }

Step ProxyLayer::on_bytes(std::string_view in, std::string& out) {
  if (inside() != nullptr) return inside()->on_bytes(in, out);
  note_spoken();
  const std::size_t before = header_.size();
  header_ += in.substr(0, longest_proxy_header - before);
  const auto parsed = parse_proxy_header(header_);
  switch (parsed.state) {
    case ParsedProxyHeader::State::incomplete:
      return {.consumed = in.size(), .limit = time()};
    case ParsedProxyHeader::State::wrong:
      return keep_out(parsed.why);
    case ParsedProxyHeader::State::complete:
      break;
  }
  std::string().swap(header_);
  Step step = admit(parsed.header, out);
  step.consumed = parsed.size - before;
  return step;
}

Step ProxyLayer::admit(const ProxyHeader& header, std::string& out) {
  observer().proxied(client(), header);
  if (header.source) {
    learn([this](Arrival& arrival) { arrival.proxied_by = client().address; });
    client().address = as_arrived(*header.source);
  }
  open_inside();
  return inside()->on_open(out);
}

std::string_view ProxyLayer::too_late() const { return "no header within 5 s"; }

}  // namespace sock
