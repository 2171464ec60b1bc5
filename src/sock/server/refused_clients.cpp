#include "server/refused_clients.hpp"

#include <exception>
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

}  // namespace

void RefusedClients::add(Descriptor& socket, const Endpoint& peer, std::string notice) try {
  if (clients_.size() >= most_clients) return;
  notice_ = std::move(notice);
  clients_.reserve(clients_.size() + 1);
  Service& service = *this;
  Keeper& keeper = *this;
  const Faults* const no_faults = nullptr;
  const auto client = std::make_shared<LoopConnection>(socket, Client{0, peer}, service, nobody_,
                                                       no_faults, loop_, keeper);
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
