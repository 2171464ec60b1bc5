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
/// A datagram is kept whole: one send is one receive, or none. Of UDP it may be lost, come twice or
/// before another one, and nobody is told of an end; at a UNIX socket it may not: whoever sends too
/// fast waits. Move-only, one thread at a time; closes at the end of its life.
///
/// An address is one as parse_address() reads it: `localhost:9999`, `*:9999`, `unix:/tmp/chat`.
class Datagram {
 public:
  /// The largest payload of UDP over IPv4 (RFC 768; RFC 791, 3.1).
  static constexpr std::size_t largest = 65'507;

  /// Waits for datagrams at an address; `localhost` is 127.0.0.1 and ::1, "*" every address. Unlike
  /// that of a Listener, a port can have one socket only. Throws std::system_error, which names the
  /// address, or std::invalid_argument.
  static Datagram bind(std::string_view address);
  static Datagram bind(std::uint16_t port, const std::string& host = "localhost");

  /// Sends to an address, and hears nobody else. Nothing is sent yet, so that nobody is there may
  /// show only when receive() throws; and of several addresses, the first to which there is a way
  /// is taken: of `localhost`, ::1. It is sent from `source`, if there is one. Throws as bind()
  /// does; errc::timed_out if the name of the host is not found before the deadline.
  static Datagram connect(std::string_view address);
  static Datagram connect(const std::string& host, std::uint16_t port, Family family = Family::any,
                          Clock::time_point deadline = no_deadline,
                          const std::optional<Endpoint>& source = {});

  Datagram(Datagram&&) noexcept;
  Datagram& operator=(Datagram&&) noexcept;
  ~Datagram();

  struct Received {
    std::string text;  ///< what one send sent; it may be empty
    Endpoint from;     ///< without an address if the peer's UNIX socket has none to answer to
  };
  /// Waits for a datagram. What is longer than `most` bytes is cut. Throws std::system_error.
  Received receive_from(std::size_t most = largest);
  /// The same, but nothing once the deadline has come.
  std::optional<Received> receive_before(Clock::time_point deadline, std::size_t most = largest);
  std::string receive(std::size_t most = largest) { return receive_from(most).text; }

  /// Sends one datagram: to whoever it is, or of a connected socket, to its peer. Throws
  /// std::system_error, with errc::message_size if it is too long for one.
  void send_to(std::string_view text, const Endpoint& to);
  void send(std::string_view text);
  /// The same without waiting, which at a UNIX socket is for the peer to receive. False: there is
  /// no room for it now, which poll(2) tells by POLLOUT.
  bool try_send(std::string_view text);

  /// Of a bound socket: of its first address.
  Endpoint local() const;
  /// Of a connected socket.
  Endpoint remote() const;
  /// The descriptor, for poll(2); it stays the socket's. Of a bound socket: of its first address.
  int native_handle() const;

 private:
  struct Impl;
  explicit Datagram(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sock
