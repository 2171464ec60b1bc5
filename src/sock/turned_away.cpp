#include "sock/turned_away.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace sock {
namespace {

constexpr std::size_t most_clients = 64;

}  // namespace

void TurnedAway::add(asio::ip::tcp::socket socket, std::string_view notice) {
  if (clients_.size() >= most_clients) return;
  // A line always fits into the send buffer of a new connection.
  ::send(socket.native_handle(), notice.data(), notice.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  LingeringClose closing(socket);
  clients_.push_back({std::move(socket), closing});
}

Clock::time_point TurnedAway::wait_for(std::vector<pollfd>& polled) const {
  Clock::time_point until = no_deadline;
  for (const One& one : clients_) {
    polled.push_back({one.closing.fd(), POLLIN, 0});
    until = std::min(until, one.closing.deadline());
  }
  return until;
}

void TurnedAway::proceed() {
  std::erase_if(clients_, [](One& one) { return one.closing.done(); });
}

}  // namespace sock
