#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "sock/client.hpp"
#include "sock/endpoint.hpp"
#include "sock/faults.hpp"
#include "sock/message_reader.hpp"
#include "sock/proxy_header.hpp"
#include "sock/session.hpp"
#include "sock/tcp_info.hpp"

namespace sock {

/// How a connection ended, and its totals.
struct Closing {
  End why = End::peer_closed;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::chrono::milliseconds duration{0};
};

/// Why a client was refused.
enum class Refusal {
  full,          ///< the limit of connections is reached
  no_resources,  ///< the system gave no thread, descriptor or memory for the client
};

/// A client did not pass a layer of the door, so it did not reach the protocol.
struct KeptOut {
  std::string_view layer;   ///< `TLS`, `PROXY`
  std::string_view why;     ///< in words; what the peer sent is escaped
  bool has_spoken = false;  ///< the client sent bytes; if not, it may be a port probe
};

/// Receives the events of a server: the library itself never prints.
///
/// Several threads call it at once, so every method must be thread-safe and must not throw; calls
/// about one client come one at a time. A slow observer slows the server. Views are valid during
/// the call. The observer must outlive the server. For each client, connected() comes first and
/// closed() last; or only refused() or kept_out() is called. Two exceptions: tcp_changed() goes on
/// after closed(), until the descriptor is closed; and at a door with layers, read(), wrote(),
/// fault() and proxied() also report what happens before connected().
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void connected(const Client&) noexcept {}
  /// The first byte of a connection moved, in either direction.
  virtual void active(const Client&) noexcept {}
  /// One read, or one write, moved these bytes, as they are on the wire.
  virtual void read(const Client&, std::string_view) noexcept {}
  virtual void wrote(const Client&, std::string_view) noexcept {}
  /// A whole message, before its protocol sees it.
  virtual void received(const Client&, const Message&) noexcept {}
  /// What a protocol answered to one message, without the last terminator.
  virtual void answered(const Client&, std::string_view) noexcept {}
  /// A requested fault has happened to this client for the first time.
  virtual void fault(const Client&, Fault, const Faults&) noexcept {}
  virtual void closed(const Client&, const Closing&) noexcept {}
  virtual void refused(const Endpoint&, Refusal) noexcept {}
  virtual void kept_out(const Client&, const KeptOut&) noexcept {}
  /// A layer that the client had passed cannot read the client's bytes. `why` is in words. The
  /// connection is then closed.
  virtual void broken(const Client&, std::string_view /*layer*/,
                      std::string_view /*why*/) noexcept {}
  /// A proxy has named the client. `Client` still has the proxy's address.
  virtual void proxied(const Client&, const ProxyHeader&) noexcept {}
  /// Accepting failed for lack of descriptors or memory; the server tries again until it works.
  /// Called once until it has worked again.
  virtual void cannot_accept(std::error_code) noexcept {}
  /// Clients stay in the backlog at this address, because of Faults::no_accept.
  virtual void not_accepting(const Endpoint&) noexcept {}
  /// The system reports a change of a TCP connection. Only with ServerOptions::watch_tcp.
  virtual void tcp_changed(const Client&, const TcpChange&) noexcept {}
};

}  // namespace sock
