#include "net/listen_sockets.hpp"

#include <sys/socket.h>

#include <asio/ip/tcp.hpp>
#include <climits>
#include <utility>

#include "net/socket_options.hpp"
#include "net/system_error.hpp"

namespace sock {
namespace {

void check(bool success) {
  if (!success) throw std::system_error(last_error());
}

Descriptor open_at(const asio::ip::tcp::endpoint& where, const ListenOptions& options) {
  const auto address = to_socket_address(where);
  const int family = address.storage.ss_family;
  Descriptor fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  check(static_cast<bool>(fd));
  check(set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1));
  if (family == AF_INET6) check(set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1));
  prepare_for_tcp(fd.get(), options.nagle);
  check(::bind(fd.get(), address.data(), address.size) == 0);
  const int most =
      options.backlog > 0 ? options.backlog : INT_MAX;  // the system reduces it to its own limit
  check(::listen(fd.get(), most) == 0);
  return fd;
}

}  // namespace

std::vector<ListenSocket> open_listeners(const BindRequest& request, const ListenOptions& options) {
  std::vector<ListenSocket> sockets;
  for (auto& one : bind_hosts(request, [&options](const asio::ip::tcp::endpoint& where) {
         return open_at(where, options);
       })) {
    sockets.push_back({.fd = std::move(one)});
  }
  return sockets;
}

ListenSocket open_listener(const std::string& path, std::uint32_t permissions,
                           const ListenOptions& options) {
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) throw std::system_error(last_error(), "cannot listen on unix:" + path);
  auto file = listen_at(fd.get(), path, permissions, options.backlog);
  return {.fd = std::move(fd), .is_local = true, .file = std::move(file)};
}

ListenSocket take_listener(int fd, const ListenOptions& options) {
  if (option_of(fd, SO_ACCEPTCONN) == 0 || option_of(fd, SO_TYPE) != SOCK_STREAM) {
    throw std::system_error(std::make_error_code(std::errc::not_a_socket),
                            "cannot listen on descriptor " + std::to_string(fd));
  }
  BorrowedSocket borrowed(fd);
  return {.fd = Descriptor(fd),
          .is_local = is_local(fd),
          .nagle = options.nagle,
          .borrowed = std::move(borrowed)};
}

void ListenSocket::close() noexcept {
  file.remove();
  borrowed.give_back();
  fd = Descriptor();
}

void prepare_accepted(int fd, const ListenSocket& listener) {
  if (listener.is_local) {
    take_urgent_as_data(fd);
  } else if (listener.is_shared()) {
    prepare_for_tcp(fd, listener.nagle);
  }
}

bool is_out_of_resources(std::error_code ec) {
  return ec == std::errc::too_many_files_open || ec == std::errc::too_many_files_open_in_system ||
         ec == std::errc::no_buffer_space || ec == std::errc::not_enough_memory ||
         ec == std::errc::no_space_on_device;  // of epoll_ctl(2): too many watches
}

}  // namespace sock
