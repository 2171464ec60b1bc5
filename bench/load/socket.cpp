#include "socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <system_error>

namespace load {
namespace {

constexpr int patience_s = 20;

sockaddr_in address(std::uint32_t host, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = htonl(host);
  result.sin_port = htons(port);
  return result;
}

std::uint32_t own_address() {
  static const auto id = static_cast<std::uint32_t>(::getpid());
  return 0x7F010000U + (id & 0xFFFFU);
}

template <typename T>
void set(int fd, int level, int option, const T& value) {
  if (::setsockopt(fd, level, option, &value, sizeof value) != 0) fail_with_errno("setsockopt");
}

Socket::Kind chosen = Socket::Kind::tcp;

void connect_to_name(int fd, std::uint16_t port) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  const std::string name = "sock-bench-" + std::to_string(port);
  name.copy(to.sun_path + 1, name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), size) != 0) {
    fail_with_errno("connect");
  }
}

}  // namespace

void fail(const std::string& what) { throw std::runtime_error(what); }

void fail_with_errno(const char* what) {
  throw std::system_error(errno, std::system_category(), what);
}

void Socket::choose(Kind kind) { chosen = kind; }

Socket::Socket(std::uint16_t port, Handshake handshake) {
  connect(port);
  const bool resumes = chosen == Kind::tls_resumed;
  if (!resumes && chosen != Kind::tls) return;
  tls_.emplace(fd_, resumes);
  while (handshake == Handshake::now && !tls_->try_handshake()) wait_for(POLLIN);
}

void Socket::connect(std::uint16_t port) {
  const int family = chosen == Kind::unix_name ? AF_UNIX : AF_INET;
  const int type = chosen == Kind::udp ? SOCK_DGRAM : SOCK_STREAM;
  fd_ = ::socket(family, type | SOCK_CLOEXEC, 0);
  if (fd_ < 0) fail_with_errno("socket");
  set(fd_, SOL_SOCKET, SO_SNDTIMEO, timeval{patience_s, 0});  // for connect()
  if (chosen == Kind::unix_name) {
    connect_to_name(fd_, port);
    return;
  }
  if (chosen != Kind::udp) set(fd_, IPPROTO_TCP, TCP_NODELAY, 1);
  set(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  const sockaddr_in from = address(own_address(), 0);
  const sockaddr_in to = address(INADDR_LOOPBACK, port);
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) {
    fail_with_errno("bind");
  }
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    fail_with_errno("connect");
  }
}

Socket::~Socket() { close(); }

void Socket::close() {
  if (fd_ < 0) return;
  if (tls_) tls_->end();
  tls_.reset();
  ::close(std::exchange(fd_, -1));
}

std::size_t Socket::try_send(std::string_view data) {
  if (tls_) return tls_->try_send(data);
  const auto bytes = ::send(fd_, data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (bytes >= 0) return static_cast<std::size_t>(bytes);
  if (errno == EAGAIN) return 0;
  fail_with_errno("send");
}

std::size_t Socket::try_receive(std::span<char> buffer) {
  if (tls_) return tls_->try_receive(buffer);
  const auto bytes = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (bytes >= 0) return static_cast<std::size_t>(bytes);
  if (errno == EAGAIN) return would_block;
  fail_with_errno("receive");
}

void Socket::send_all(std::string_view data) {
  for (;;) {
    data.remove_prefix(try_send(data));
    if (data.empty()) return;
    wait_for(POLLOUT);
  }
}

std::size_t Socket::receive(std::span<char> buffer) {
  for (;;) {
    const std::size_t bytes = try_receive(buffer);
    if (bytes != would_block) return bytes;
    wait_for(POLLIN);
  }
}

void Socket::wait_for(short events) const {
  pollfd it{.fd = fd_, .events = events, .revents = 0};
  const int ready = ::poll(&it, 1, patience_s * 1000);
  if (ready < 0 && errno != EINTR) fail_with_errno("poll");
  if (ready == 0) fail("the server has done nothing for 20 s");
}

void Socket::shutdown_send() {
  if (tls_) {
    tls_->end();
  } else {
    ::shutdown(fd_, SHUT_WR);
  }
}

Poll::Poll() : fd_(::epoll_create1(EPOLL_CLOEXEC)), events_(512) {
  if (fd_ < 0) fail_with_errno("epoll_create1");
}

Poll::~Poll() { ::close(fd_); }

void Poll::add(const Socket& socket, std::size_t number) {
  epoll_event event{EPOLLIN, {.u64 = number}};
  if (::epoll_ctl(fd_, EPOLL_CTL_ADD, socket.fd(), &event) != 0) fail_with_errno("epoll_ctl");
}

void Poll::watch(const Socket& socket, std::size_t number, bool for_sending) {
  epoll_event event{for_sending ? EPOLLIN | EPOLLOUT : EPOLLIN, {.u64 = number}};
  if (::epoll_ctl(fd_, EPOLL_CTL_MOD, socket.fd(), &event) != 0) fail_with_errno("epoll_ctl");
}

std::span<const epoll_event> Poll::wait(int timeout_ms) {
  const int timeout = timeout_ms < 0 ? patience_s * 1000 : timeout_ms;
  const int ready = ::epoll_wait(fd_, events_.data(), static_cast<int>(events_.size()), timeout);
  if (ready < 0 && errno != EINTR) fail_with_errno("epoll_wait");
  if (ready == 0 && timeout_ms < 0) fail("the server has said nothing for 20 s");
  return {events_.data(), static_cast<std::size_t>(ready < 0 ? 0 : ready)};
}

void raise_file_limit() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace load
