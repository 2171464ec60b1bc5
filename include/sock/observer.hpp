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

/// How a connection ended, and what it was.
struct Closing {
  End why = End::peer_closed;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::chrono::milliseconds duration{0};
};

/// Why a client was turned away.
enum class Refusal {
  full,          ///< as many connections as are allowed
  no_resources,  ///< the system gave no thread, descriptor or memory for it
};

/// A layer of the door did not let a client through to the protocol.
struct KeptOut {
  std::string_view layer;   ///< `TLS`, `PROXY`
  std::string_view why;     ///< in words; what the peer sent is escaped
  bool has_spoken = false;  ///< bytes came from it; without any, it may be a port probe
};

/// Is told what happens in a server: the library itself never prints.
///
/// Called from several threads at once, so every method is thread-safe and does not throw; calls
/// about one client come one at a time. A slow observer slows the server. Views are valid during
/// the call. It outlives the server. A client is told of by connected() first and closed() last, or
/// by refused() or kept_out() alone. Only tcp_changed() goes on after closed(), until its
/// descriptor is closed; and at a door with layers, what comes and goes before the client is
/// through is told of before connected(): read(), wrote() and proxied().
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void connected(const Client&) noexcept {}
  /// The first byte of a connection moved, in either direction.
  virtual void active(const Client&) noexcept {}
  /// One read, or one write, moved these bytes.
  virtual void read(const Client&, std::string_view) noexcept {}
  virtual void wrote(const Client&, std::string_view) noexcept {}
  /// A message, whole, before its protocol sees it.
  virtual void received(const Client&, const Message&) noexcept {}
  /// What a protocol answered to one message, without the last terminator.
  virtual void answered(const Client&, std::string_view) noexcept {}
  /// A fault that was asked for was done to this client, for the first time.
  virtual void fault(const Client&, Fault, const Faults&) noexcept {}
  virtual void closed(const Client&, const Closing&) noexcept {}
  virtual void refused(const Endpoint&, Refusal) noexcept {}
  virtual void kept_out(const Client&, const KeptOut&) noexcept {}
  /// What came cannot be read by a layer that the client had got through. `why` in words. It is
  /// closed then.
  virtual void broken(const Client&, std::string_view /*layer*/,
                      std::string_view /*why*/) noexcept {}
  /// A proxy has named the client. `Client` is as it was before, with the proxy's address.
  virtual void proxied(const Client&, const ProxyHeader&) noexcept {}
  /// Accepting failed, for want of descriptors or memory; it is tried again until it works. Told
  /// once until it has worked again.
  virtual void cannot_accept(std::error_code) noexcept {}
  /// Clients are left in the backlog at this address, since Faults::no_accept asks for it.
  virtual void not_accepting(const Endpoint&) noexcept {}
  /// What the system says of a TCP connection has changed. Only with ServerOptions::watch_tcp.
  virtual void tcp_changed(const Client&, const TcpChange&) noexcept {}
};

}  // namespace sock
