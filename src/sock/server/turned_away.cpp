#include "server/turned_away.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <new>

#include "server/linger_async.hpp"

namespace sock {
namespace {

constexpr std::size_t most_clients = 64;

// To another event loop. False: there is no room for it; it is closed.
bool move_to(TcpSocket& target, TcpSocket& socket) {
  asio::error_code ec;
  const auto protocol = socket.local_endpoint(ec).protocol();
  const int fd = socket.release(ec);
  if (ec) return false;
  try {
    target.assign(protocol, fd, ec);
  } catch (const std::bad_alloc&) {
    ec = asio::error::no_memory;
  }
  if (ec) ::close(fd);
  return !ec;
}

}  // namespace

void TurnedAway::add(TcpSocket socket, std::string_view notice) {
  if (clients_.size() >= most_clients) return;
  const auto client = clients_.emplace(clients_.end(), loop_);
  if (!move_to(*client, socket)) {
    clients_.erase(client);
    return;
  }
  // A line always fits into the send buffer of a new connection.
  ::send(client->native_handle(), notice.data(), notice.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  try {
    linger_async(
        *client, LingeringClose(client->native_handle()), [] { return false; },
        [this, client] { clients_.erase(client); });
  } catch (const std::exception&) {  // no memory for waiting
    clients_.erase(client);
  }
}

void TurnedAway::cut() {
  asio::error_code ec;
  for (auto& client : clients_) client.shutdown(TcpSocket::shutdown_both, ec);
}

}  // namespace sock
