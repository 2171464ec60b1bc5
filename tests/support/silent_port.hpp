#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "sock/stream.hpp"
#include "support/catch.hpp"

/// A listening port of a loopback address that accepts no new connection: its backlog is full.
class SilentPort {
 public:
  /// Port 0: any free port.
  explicit SilentPort(const std::string& address, std::uint16_t port = 0) {
    sockaddr_storage storage{};
    auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
    auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
    const bool is_v4 = ::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1;
    if (!is_v4) REQUIRE(::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1);
    storage.ss_family = is_v4 ? AF_INET : AF_INET6;
    v4.sin_port = htons(port);  // at the same offset in both
    socklen_t size = is_v4 ? sizeof v4 : sizeof v6;
    socket_ = ::socket(storage.ss_family, SOCK_STREAM, 0);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&storage), size) == 0);
    REQUIRE(::listen(socket_, 0) == 0);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&storage), &size);
    port_ = ntohs(v4.sin_port);
    for (bool answers = true; answers;) {
      try {
        waiting_.push_back(
            sock::Stream::connect(address, port_, {.timeout = std::chrono::milliseconds(50)}));
      } catch (const std::system_error&) {
        answers = false;
      }
    }
  }
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;
  ~SilentPort() { ::close(socket_); }

  std::uint16_t port() const { return port_; }

  /// From now on it answers: waiting connections are accepted.
  void answer() {
    for (std::size_t i = 0; i < waiting_.size(); ++i) ::close(::accept(socket_, nullptr, nullptr));
  }

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::vector<sock::Stream> waiting_;
};
