#include "server/refused_clients.hpp"

#include <exception>
#include <utility>

namespace sock {
namespace {

constexpr std::size_t most_clients = 64;
constexpr std::chrono::seconds layer_limit{1};  // for a client that has to pass layers

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

}  // namespace

class RefusedClients::Desk final : public Service {
 public:
  Desk(Endpoint peer, Refused refused) : peer_(std::move(peer)), refused_(std::move(refused)) {}

  std::unique_ptr<Session> open(const Client& client, Observer&) override {
    peer_ = client.address;
    tell();
    return std::make_unique<Notice>(std::move(refused_.notice));
  }
  /// Reports the refusal, if open() has not: the client did not pass the layers.
  void tell() {
    if (const auto tell = std::exchange(refused_.tell, {})) tell(peer_);
  }

 private:
  Endpoint peer_;
  Refused refused_;
};

void RefusedClients::add(Descriptor& socket, const Endpoint& peer, const Door& door,
                         Refused refused) try {
  const auto desk = std::make_shared<Desk>(peer, std::move(refused));
  if (clients_.size() >= most_clients) return desk->tell();
  clients_.reserve(clients_.size() + 1);
  Keeper& keeper = *this;
  const auto client = std::make_shared<LoopConnection>(
      socket, Client{0, peer}, Reception{door, *desk, nobody_, false, layer_limit}, loop_, keeper);
  client->place = static_cast<std::uint32_t>(clients_.size());
  clients_.push_back({client, desk});
  client->serve();
} catch (const std::exception&) {  // no memory for the notice
}

void RefusedClients::remove(Connection& connection) {
  const auto place = connection.place;
  const auto guest = std::move(clients_[place]);
  if (place + 1 != clients_.size()) {
    clients_[place] = std::move(clients_.back());
    clients_[place].connection->place = place;
  }
  clients_.pop_back();
  guest.desk->tell();
  if (clients_.empty()) on_empty_();
}

void RefusedClients::cut() {
  for (const auto& guest : clients_) guest.connection->cut(End::stopped);
}

}  // namespace sock
