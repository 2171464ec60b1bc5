// Peers that send datagrams, each answered by a session of its own, against the rules in
// datagram_peers.hpp: few are remembered, so that many are forgotten.
//
// The input's first byte chooses the protocol, the second the longest message; then come datagrams
// and pauses, each told by the four lowest bits of a byte: the address of a datagram, in as many
// bytes as it has, its length, and its text.

#include <netinet/in.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.hpp"
#include "server/datagram_peers.hpp"
#include "sock/service.hpp"
#include "support/peer_judge.hpp"

namespace {

using namespace std::chrono_literals;
using sock::SocketAddress;

// The input, from the front; zeros behind its end.
class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}

  bool is_empty() const { return bytes_.empty(); }
  unsigned byte() {
    unsigned char byte = 0;
    take(&byte, 1);
    return byte;
  }
  void take(void* to, std::size_t size) {
    const auto taken = text(size);
    std::memcpy(to, taken.data(), taken.size());
  }
  std::string_view text(std::size_t size) {
    const auto taken = bytes_.substr(0, size);
    bytes_.remove_prefix(taken.size());
    return taken;
  }

 private:
  std::string_view bytes_;
};

SocketAddress ipv4(Input& input) {
  SocketAddress address{.size = sizeof(sockaddr_in)};
  auto& to = reinterpret_cast<sockaddr_in&>(address.storage);
  to.sin_family = AF_INET;
  input.take(&to.sin_addr, sizeof to.sin_addr);
  input.take(&to.sin_port, sizeof to.sin_port);
  return address;
}

SocketAddress ipv6(Input& input, bool is_mapped) {
  SocketAddress address{.size = sizeof(sockaddr_in6)};
  auto& to = reinterpret_cast<sockaddr_in6&>(address.storage);
  to.sin6_family = AF_INET6;
  if (is_mapped) {
    std::memset(to.sin6_addr.s6_addr + 10, 0xff, 2);
    input.take(to.sin6_addr.s6_addr + 12, 4);
  } else {
    input.take(&to.sin6_addr, sizeof to.sin6_addr);
    input.take(&to.sin6_flowinfo, sizeof to.sin6_flowinfo);
    to.sin6_scope_id = input.byte();
  }
  input.take(&to.sin6_port, sizeof to.sin6_port);
  return address;
}

// One of few, so that the same ones come back.
SocketAddress known(unsigned number) {
  const std::string text{'\x7f', '\0', '\0', static_cast<char>(number % 6), 'S', 's'};
  Input input(text);
  return ipv4(input);
}

SocketAddress some_address(unsigned kind, Input& input) {
  switch (kind) {
    case 0:
      return ipv4(input);
    case 1:
      return ipv6(input, false);
    case 2:
      return ipv6(input, true);
    default:
      return known(kind);
  }
}

const sock::ServiceRow& some_row(unsigned number) {
  std::vector<const sock::ServiceRow*> rows;
  for (const auto& row : sock::services()) {
    if (row.takes_datagrams) rows.push_back(&row);
  }
  return *rows[number % rows.size()];
}

class House {
 public:
  House(const sock::ServiceRow& row, std::size_t longest)
      : service_(row.make({.max_message = longest})) {}

  void pass(sock::Clock::duration time) {
    now_ += time;
    judge_.forgets(now_);
    peers_.forget_silent(now_);
    judge_.has_forgotten();
    require(peers_.deadline() > now_, "a deadline that is over");
  }

  void say(const SocketAddress& from, std::string_view message) {
    judge_.hears(sock::to_endpoint(from, sock::Transport::udp), message.size(), now_);
    std::string out;
    const auto answer = peers_.answer(from, message, out, now_);
    std::string other_out;
    const auto session = service_->open(nobody_, observer_);
    const sock::Step step = session->on_datagram(message, other_out);
    const auto expected = step.in_place ? message : std::string_view(other_out);
    const bool is_answered = step.answered && expected.size() <= message.size() + 64;
    require(answer.has_value() == is_answered, "an answer to nothing, or none");
    if (answer) judge_.answers(*answer, expected);
  }

  void end() {
    judge_.stops();
    peers_.end();
    require(judge_.size() == 0, "one is not told of the end");
    require(judge_.served() == peers_.served(), "not so many were served");
  }

 private:
  static constexpr sock::DatagramPeers::Limits limits{.peers = 4, .silence = 10s};

  sock::Observer observer_;
  const sock::Client nobody_{0, {}};
  const std::unique_ptr<sock::Service> service_;
  PeerJudge judge_{limits, require};
  std::atomic<std::uint64_t> last_id_{0};
  sock::Clock::time_point now_{};
  sock::DatagramPeers peers_{*service_, judge_, last_id_, limits};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({reinterpret_cast<const char*>(data), size});
  const auto& row = some_row(input.byte());
  House house(row, 1 + input.byte());
  while (!input.is_empty()) {
    const unsigned what = input.byte();
    if (what % 16 == 15) {
      house.pass(std::chrono::seconds(what / 16));
      continue;
    }
    const auto from = some_address(what % 16, input);
    const std::size_t length = input.byte();
    house.say(from, input.text(length));
  }
  house.end();
  return 0;
}
