#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sock/endpoint.hpp"
#include "sock/wait.hpp"

namespace sock {

/// A socket for datagrams: a UDP socket or a UNIX socket.
///
/// A datagram arrives whole or not at all: one send is one receive, or none. UDP datagrams may be
/// lost, duplicated or reordered, and nothing marks the end of a conversation. UNIX datagrams are
/// not lost: send() waits while the receiver is slow. Move-only; one thread at a time; the
/// destructor closes it.
///
/// Addresses are written as for parse_address(): `localhost:9999`, `*:9999`, `unix:/tmp/chat`.
class Datagram {
 public:
  /// The largest payload of UDP over IPv4 (RFC 768; RFC 791, 3.1).
  static constexpr std::size_t largest = 65'507;

  /// Receives datagrams at an address; `localhost` is 127.0.0.1 and ::1, "*" is every address. But
  /// a datagram sent from "*" may leave from another of this machine's addresses than the peer sent
  /// to; a connected peer then does not receive it. Unlike a Listener's port, the port belongs to
  /// this one socket only. Throws std::system_error, which names the address, or
  /// std::invalid_argument.
  static Datagram bind(std::string_view address);
  static Datagram bind(std::uint16_t port, const std::string& host = "localhost");

  /// A socket that sends to one address and receives from that address only. connect() sends
  /// nothing: if no socket is bound at the address, only a later receive() may throw. If the host
  /// has several addresses, the first with a route is used (for `localhost`, ::1). Datagrams leave
  /// from `source`, if given. Throws as bind() does; errc::timed_out if the host name is not found
  /// before the deadline.
  static Datagram connect(std::string_view address);
  static Datagram connect(const std::string& host, std::uint16_t port, Family family = Family::any,
                          Clock::time_point deadline = no_deadline,
                          const std::optional<Endpoint>& source = {});

  Datagram(Datagram&&) noexcept;
  Datagram& operator=(Datagram&&) noexcept;
  ~Datagram();

  struct Received {
    std::string text;  ///< the bytes of one send; may be empty
    Endpoint from;     ///< address empty: the peer's UNIX socket has no name and cannot be answered
  };
  /// Waits for a datagram. A datagram longer than `most` bytes is cut. Throws std::system_error.
  Received receive_from(std::size_t most = largest);
  /// As receive_from(), but returns std::nullopt if no datagram comes before the deadline.
  std::optional<Received> receive_before(Clock::time_point deadline, std::size_t most = largest);
  std::string receive(std::size_t most = largest) { return receive_from(most).text; }

  /// Sends one datagram to `to`: a numeric address and a port, or a path. Throws std::system_error:
  /// errc::message_size if it is too long for a datagram, errc::invalid_argument if the address is
  /// not numeric, errc::filename_too_long if the path is too long.
  void send_to(std::string_view text, const Endpoint& to);
  /// The same to the peer of a connected socket; errc::destination_address_required if the socket
  /// is not connected.
  void send(std::string_view text);
  /// As send(), but never waits. Returns false if there is no room now; poll(2) with POLLOUT waits
  /// for room. A UNIX socket has room again when the peer has received.
  bool try_send(std::string_view text);

  /// Our end; if bound to several addresses, the first of them.
  Endpoint local() const;
  /// The peer of a connected socket; Endpoint{} if it is not connected.
  Endpoint remote() const;
  /// The descriptor, for poll(2); do not close it. If bound to several addresses: the first one's.
  int native_handle() const;

 private:
  struct Impl;
  explicit Datagram(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sock
