#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sock/endpoint.hpp"
#include "sock/wait.hpp"

namespace sock {

/// A socket for datagrams: of UDP, or a UNIX socket.
///
/// A datagram is kept whole: one send is one receive, or none. Datagrams of UDP may be lost, come
/// twice or in another order, and there is no sign of an end. Those of UNIX sockets are not lost:
/// send() waits while the receiver is slow. Move-only, one thread at a time; closes at the end of
/// its life.
///
/// An address is one as parse_address() reads it: `localhost:9999`, `*:9999`, `unix:/tmp/chat`.
class Datagram {
 public:
  /// The largest payload of UDP over IPv4 (RFC 768; RFC 791, 3.1).
  static constexpr std::size_t largest = 65'507;

  /// Takes datagrams at an address; `localhost` is 127.0.0.1 and ::1, "*" every address. But at "*"
  /// what is sent may come from another of this machine's addresses than the one that the peer has
  /// asked, and a connected peer does not hear it then. Unlike the port of a Listener, a port can
  /// have one socket only. Throws std::system_error, which names the address, or
  /// std::invalid_argument.
  static Datagram bind(std::string_view address);
  static Datagram bind(std::uint16_t port, const std::string& host = "localhost");

  /// A socket that sends to one address, and receives from that address only. Nothing is sent yet:
  /// if no socket is there, it may show only when receive() throws. If the host has several
  /// addresses, the first one that can be reached is used (of `localhost`, ::1). It is sent from
  /// `source`, if there is one. Throws as bind() does; errc::timed_out if the name of the host is
  /// not found before the deadline.
  static Datagram connect(std::string_view address);
  static Datagram connect(const std::string& host, std::uint16_t port, Family family = Family::any,
                          Clock::time_point deadline = no_deadline,
                          const std::optional<Endpoint>& source = {});

  Datagram(Datagram&&) noexcept;
  Datagram& operator=(Datagram&&) noexcept;
  ~Datagram();

  struct Received {
    std::string text;  ///< of one send; it may be empty
    Endpoint from;     ///< no address: the peer's UNIX socket has none, and cannot be answered
  };
  /// Waits for a datagram. One that is longer than `most` bytes is cut. Throws std::system_error.
  Received receive_from(std::size_t most = largest);
  /// The same; std::nullopt if no datagram has come before the deadline.
  std::optional<Received> receive_before(Clock::time_point deadline, std::size_t most = largest);
  std::string receive(std::size_t most = largest) { return receive_from(most).text; }

  /// Sends one datagram to `to`: a numeric address and a port, or a path. Throws std::system_error:
  /// errc::message_size if it is too long for a datagram, errc::invalid_argument if the address is
  /// not numeric, errc::filename_too_long if the path is too long.
  void send_to(std::string_view text, const Endpoint& to);
  /// The same to the peer of a connected socket; errc::destination_address_required if the socket
  /// is not connected.
  void send(std::string_view text);
  /// As send(), but never waits. False: there is no room for it now; poll(2) tells when there is
  /// (POLLOUT). At a UNIX socket there is room once the peer has received.
  bool try_send(std::string_view text);

  /// Of a bound socket: of its first address.
  Endpoint local() const;
  /// Of a connected socket.
  Endpoint remote() const;
  /// The descriptor, for poll(2); do not close it. Of a bound socket: of its first address.
  int native_handle() const;

 private:
  struct Impl;
  explicit Datagram(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sock
