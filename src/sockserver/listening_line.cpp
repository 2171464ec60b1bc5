#include "listening_line.hpp"

#include <fmt/ranges.h>

#include "log_event.hpp"
#include "peer_text.hpp"

namespace sockserver {
namespace {

using sock::Transport;

std::string_view name_of(Transport transport) {
  if (transport == Transport::local) return "unix";
  return transport == Transport::udp ? "udp" : "tcp";
}

void add_place(LogEvent& event, const std::vector<sock::Endpoint>& endpoints) {
  const auto& first = endpoints.front();
  event.field("transport", name_of(first.transport));
  if (first.transport == Transport::local) {
    event.words("listening on {}", words_of(first)).field("path", first.address);
    return;
  }
  std::vector<std::string> addresses;
  addresses.reserve(endpoints.size());
  for (const auto& one : endpoints) addresses.push_back(one.address);
  event
      .words("listening on {}port {} ({})", first.transport == Transport::udp ? "udp " : "",
             first.port, fmt::join(addresses, ", "))
      .field("port", first.port)
      .field("addresses", addresses);
}

// Quotes one word for a shell.
std::string quoted(const std::string& word) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./_-";
  if (word.find_first_not_of(plain) == word.npos) return word;
  std::string text = "'";
  for (const char c : word) {
    if (c == '\'') {
      text += R"('\'')";
    } else {
      text += c;
    }
  }
  return text + "'";
}

}  // namespace

std::string listening_line(LogStyle style, const OpenDoor& door) {
  LogLine line;
  LogEvent event(line, {style}, "listening");
  add_place(event, door.endpoints);
  event.words(", protocol {}", door.protocol).field("protocol", door.protocol);
  // Datagrams are served in the same way in every mode.
  if (door.endpoints.front().transport != Transport::udp) {
    event.words(", mode {}", door.mode).field("mode", door.mode);
  }
  std::vector<std::string> layers;
  if (door.proxy) layers.emplace_back("proxy");
  if (door.tls) layers.emplace_back("tls");
  if (!layers.empty()) event.words(", {}", fmt::join(layers, ", ")).field("layers", layers);
  if (!door.pin.empty()) event.field("pin", door.pin);
  event.end();
  return std::string(line.text()) + "\n";
}

std::string connect_line(const OpenDoor& door, const std::string& host) {
  const auto& endpoint = door.endpoints.front();
  const bool is_udp = endpoint.transport == Transport::udp;
  const bool is_local = endpoint.transport == Transport::local;
  std::string text = "connect with: sockclient ";
  if (is_udp) text += "-u ";
  if (door.proxy) text += "--proxy-header ";
  if (door.tls) text += "--tls ";
  if (!door.pin.empty()) text += fmt::format("--pin {} ", door.pin);
  text += is_local ? quoted(words_of(endpoint)) : fmt::format("{} {}", host, endpoint.port);
  if (door.proxy || door.tls) return text;
  if (is_local) return text + "   (or nc -U)";
  return text + (is_udp ? "   (or nc -u)" : "   (or nc, telnet)");
}

}  // namespace sockserver
