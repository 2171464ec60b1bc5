#include "server/refused_clients.hpp"

#include <unistd.h>

#include <exception>
#include <new>
#include <utility>

namespace sock {
namespace {

constexpr std::size_t most_clients = 64;

class Notice final : public Session {
 public:
  explicit Notice(std::string text) : text_(std::move(text)) {}

  Step on_open(std::string& out) override {
    out += text_;
    return {.close = true};
  }
  Step on_bytes(std::string_view in, std::string&) override { return {.consumed = in.size()}; }

 private:
  std::string text_;
};

// To another event loop. False: there is no room for it; it is closed.
bool move_to(StreamSocket& target, StreamSocket& socket) {
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

void RefusedClients::add(StreamSocket& socket, const Endpoint& peer, std::string notice) try {
  if (clients_.size() >= most_clients) return;
  StreamSocket moved(loop_.context());
  if (!move_to(moved, socket)) return;
  notice_ = std::move(notice);
  clients_.reserve(clients_.size() + 1);
  Service& service = *this;
  Keeper& keeper = *this;
  const auto client =
      std::make_shared<LoopConnection>(moved, Client{0, peer}, service, nobody_, loop_, keeper);
  client->place = static_cast<std::uint32_t>(clients_.size());
  clients_.push_back(client);
  client->serve();
} catch (const std::exception&) {  // no memory for the notice
}

std::unique_ptr<Session> RefusedClients::open(const Client&, Observer&) {
  return std::make_unique<Notice>(std::move(notice_));
}

void RefusedClients::remove(Connection& connection) {
  const auto last = clients_.back();
  last->place = connection.place;
  std::swap(clients_[connection.place], clients_.back());
  clients_.pop_back();
  if (clients_.empty()) on_empty_();
}

void RefusedClients::cut() {
  for (const auto& client : clients_) client->cut(End::stopped);
}

}  // namespace sock
