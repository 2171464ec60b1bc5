// How a connection is made: connecting, again and again if asked; the PROXY header; the handshake.

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include "output.hpp"
#include "sock/proxy_header.hpp"
#include "stream_wire.hpp"

namespace sockclient {
namespace {

using sock::Clock;
using std::chrono::milliseconds;

constexpr milliseconds at_once{500};
constexpr milliseconds time_for_handshake{10'000};

sock::Stream connect_to(const sock::Address& server, const sock::ConnectOptions& how) {
  if (server.is_local()) return sock::Stream::connect(to_string(server), how);
  return sock::Stream::connect(server.host, server.port, how);
}

// For everything before the first text.
Clock::time_point deadline_of(Clock::time_point began, const Options& options) {
  const auto handshake = Clock::now() + time_for_handshake;
  return options.wait.count() > 0 ? std::min(began + options.wait, handshake) : handshake;
}

// A handshake that came to no end. --retry treats an end of the server as a reset.
class BrokenHandshake : public std::system_error {
 public:
  BrokenHandshake(std::errc code, std::string words, std::string_view advice = {})
      : system_error(std::make_error_code(code)), hint(advice), words_(std::move(words)) {}
  const char* what() const noexcept override { return words_.c_str(); }

  const std::string hint;

 private:
  std::string words_;
};

// Both ends; for a UNIX socket only the server's, as ours has no name.
std::string ends_of(const sock::Stream& stream) {
  const auto remote = stream.remote();
  if (remote.transport == sock::Transport::local) return to_string(remote);
  return to_string(remote) + " from " + to_string(stream.local());
}

}  // namespace

sock::Stream StreamWire::connect() {
  const auto& server = options().server;
  report(options(), "connecting to " + to_string(server));
  for (;;) {
    try {
      const auto began = Clock::now();
      auto stream = connect_to(server, {.family = options().family,
                                        .timeout = options().wait,
                                        .source = options().source,
                                        .nagle = options().nagle});
      early_writes_ = 0;
      report(options(), "connected to " + ends_of(stream));
      if (options().layers.proxy_version > 0) send_header(stream);
      if (options().layers.tls) encrypt(stream, deadline_of(began, options()));
      connect_time_ = Clock::now() - began;
      hears();
      if (options().retry.count() > 0) settles_ = Clock::now() + at_once;
      return stream;
    } catch (const BrokenHandshake& error) {
      retry_or_fail(error.what(), error.code(), error.hint);
    } catch (const std::system_error& error) {
      const bool is_reset = error.code() == std::errc::connection_reset;
      retry_or_fail(is_reset ? words_of(error.code()) : error.what(), error.code());
    }
  }
}

void StreamWire::send_header(sock::Stream& stream) {
  const auto& layers = options().layers;
  sock::ProxyHeader header{.version = layers.proxy_version};
  const auto remote = stream.remote();
  if (remote.transport == sock::Transport::tcp) {
    const auto is_ipv6 = [](const sock::Endpoint& one) {
      return one.address.find(':') != std::string::npos;
    };
    header.source = layers.proxy_from ? layers.proxy_from : stream.local();
    header.destination = remote;
    if (is_ipv6(*header.source) != is_ipv6(remote)) {  // a header has one family
      header.destination->address = is_ipv6(*header.source) ? "::" : "0.0.0.0";
    }
  }
  const auto bytes = to_bytes(header);
  stream.write(bytes);
  note_sent(bytes);
  before_text_ += bytes.size();
  ++early_writes_;
}

// Reads record by record, so that no bytes after the handshake are taken.
void StreamWire::encrypt(sock::Stream& stream, Time deadline) {
  tls_.emplace(options());
  std::string record;
  for (bool is_over = false; !is_over;) {
    std::string answer;
    is_over = tls_->shake_hands(record, answer);
    if (!answer.empty()) {
      stream.write(answer);
      note_sent(answer);
      ++early_writes_;
    }
    if (!is_over) receive_record(stream, record, deadline);
  }
  report(options(), tls_->summary());
}

void StreamWire::receive_record(sock::Stream& stream, std::string& record, Time deadline) {
  constexpr std::size_t begin = 5;  // type, version, length (RFC 8446, 5.1)
  record.clear();
  for (std::size_t size = begin; record.size() < size;) {
    if (!sock::wait_for(stream.native_handle(), POLLIN, deadline)) {
      constexpr auto code = std::errc::timed_out;
      throw BrokenHandshake(code,
                            fmt::format("no handshake with {}: {}", to_string(options().server),
                                        std::make_error_code(code).message()),
                            plain_text_hint);
    }
    const auto part = stream.receive(size - record.size());
    if (part.empty()) {
      throw BrokenHandshake(std::errc::connection_reset,
                            to_string(options().server) + " has ended in the handshake");
    }
    note_received(part);
    record += part;
    const auto type = static_cast<unsigned char>(record[0]);
    if (type < 20 || type > 23) return;  // not TLS
    if (record.size() == begin) {
      size += static_cast<std::size_t>(static_cast<unsigned char>(record[3]) << 8 |
                                       static_cast<unsigned char>(record[4]));
    }
  }
}

}  // namespace sockclient
