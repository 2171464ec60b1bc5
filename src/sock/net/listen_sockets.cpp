#include "net/listen_sockets.hpp"

#include <sys/socket.h>

#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <climits>
#include <utility>

#include "net/system_error.hpp"

namespace sock {
namespace {

using asio::ip::tcp;

// A client that has gone before it was accepted is told of; otherwise Asio would wait for another.
void prepare(StreamAcceptor& acceptor) {
  acceptor.non_blocking(true);
  acceptor.set_option(asio::socket_base::enable_connection_aborted(true));
}

// An urgent byte (MSG_OOB) is data like any other. Out of line it would be lost to recv(), and hide
// what is behind it from FIONREAD.
template <typename Socket>
void take_urgent_as_data(Socket& socket) {
  asio::error_code ignored;  // of an accepted one: the client has gone
  socket.set_option(asio::socket_base::out_of_band_inline(true), ignored);
}

// Of a listener: accepted sockets inherit these three, which saves three system calls for each.
template <typename Socket>
void prepare_for_tcp(Socket& socket) {
  asio::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  take_urgent_as_data(socket);
}

ListenSocket take_over(asio::io_context& context, int fd, int family) {
  ListenSocket socket{.acceptor = StreamAcceptor(context), .is_local = family == AF_UNIX};
  socket.acceptor.assign(StreamProtocol(family, 0), fd);
  prepare(socket.acceptor);
  return socket;
}

int option_of(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : 0;
}

}  // namespace

std::vector<ListenSocket> open_listeners(asio::io_context& context, const BindRequest& request,
                                         int backlog) {
  auto opened = bind_hosts(request, [&](const tcp::endpoint& address) {
    StreamAcceptor acceptor(context);
    acceptor.open(address.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    if (address.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true));
    prepare_for_tcp(acceptor);
    acceptor.bind(address);
    acceptor.listen(backlog > 0 ? backlog : INT_MAX);  // the system cuts it to its own limit
    return Descriptor(acceptor.release());
  });
  std::vector<ListenSocket> sockets;
  for (auto& one : opened) {
    const int family = option_of(one.get(), SO_DOMAIN);
    sockets.push_back(take_over(context, one.release(), family));
  }
  return sockets;
}

ListenSocket open_listener(asio::io_context& context, const std::string& path,
                           std::uint32_t permissions, int backlog) {
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw std::system_error(last_error(), "cannot listen on unix:" + path);
  auto file = listen_at(fd.get(), path, permissions, backlog);
  auto socket = take_over(context, fd.release(), AF_UNIX);
  socket.file = std::move(file);
  return socket;
}

ListenSocket take_listener(asio::io_context& context, int fd) {
  if (option_of(fd, SO_ACCEPTCONN) == 0 || option_of(fd, SO_TYPE) != SOCK_STREAM) {
    throw std::system_error(std::make_error_code(std::errc::not_a_socket),
                            "cannot listen on descriptor " + std::to_string(fd));
  }
  BorrowedSocket borrowed(fd);  // before Asio changes it
  auto socket = take_over(context, fd, option_of(fd, SO_DOMAIN));
  socket.borrowed = std::move(borrowed);
  return socket;
}

void ListenSocket::close() noexcept {
  asio::error_code ignored;
  file.remove();
  borrowed.give_back();
  acceptor.close(ignored);
}

void prepare_accepted(StreamSocket& socket, const ListenSocket& listener) {
  if (listener.is_local) {
    take_urgent_as_data(socket);
  } else if (listener.is_shared()) {
    prepare_for_tcp(socket);
  }
}

bool is_out_of_resources(std::error_code ec) {
  return ec == std::errc::too_many_files_open || ec == std::errc::too_many_files_open_in_system ||
         ec == std::errc::no_buffer_space || ec == std::errc::not_enough_memory ||
         ec == std::errc::no_space_on_device;  // to wait for it: epoll_ctl(2)
}

}  // namespace sock
