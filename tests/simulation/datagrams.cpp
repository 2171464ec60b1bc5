#include "simulation/datagrams.hpp"

#include <algorithm>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

namespace simulation {
namespace {

using namespace std::chrono_literals;

sock::SocketAddress address_of(std::size_t number) {
  constexpr std::uint16_t first_port = 5000;
  const char* const host = number % 2 == 0 ? "127.0.0.1" : "::1";
  return sock::to_socket_address(
      sock::Endpoint{host, static_cast<std::uint16_t>(first_port + number / 2)});
}

void judge(bool holds, std::string_view what) {
  if (!holds) fail(std::string(what));
}

}  // namespace

Datagrams::Datagrams(Random& random, Schedule& schedule, const sock::ServiceRow& row,
                     const sock::MessageOptions& options)
    : random_(random),
      schedule_(schedule),
      service_(row.make(options)),
      limits_{.peers = random.between(1, 6), .silence = random.any({50ms, 1000ms, 60'000ms})},
      judge_(limits_, judge),
      peers_(std::make_unique<sock::DatagramPeers>(*service_, judge_, last_id_, limits_)) {}

void Datagrams::start() {
  const std::size_t senders = random_.between(1, 10);
  tell(std::to_string(senders) + " senders of datagrams, of which " +
       std::to_string(limits_.peers) + " are remembered");
  schedule_.start(serve());
  for (std::size_t i = 0; i < senders; ++i) schedule_.start(send(address_of(i)));
}

std::string Datagrams::some_text() {
  std::string text =
      random_.any({"hola", "adios", "quit", "", "que tal", "uno\ndos", "\xff\x1b[m", "hol"});
  if (random_.one_in(10)) text.assign(random_.below(5000), 'x');
  return text + random_.any({"", "\n", "\r\n"});
}

Task Datagrams::send(sock::SocketAddress from) {
  const std::size_t count = random_.below(20);
  for (std::size_t i = 0; i < count; ++i) {
    co_await schedule_.sleep(random_.up_to(random_.one_in(4) ? limits_.silence * 2 : 5ms));
    if (is_over_) break;
    Sent datagram{from, some_text()};
    if (random_.one_in(8)) continue;  // lost on the way
    if (random_.one_in(8)) under_way_.push_back(datagram);
    const auto place = random_.one_in(4) ? random_.below(under_way_.size() + 1) : under_way_.size();
    under_way_.insert(under_way_.begin() + static_cast<std::ptrdiff_t>(place), std::move(datagram));
  }
  co_return true;
}

// Serves as DatagramDoors serves a socket.
Task Datagrams::serve() {
  while (!is_stopping_) {
    forget_silent();
    co_await schedule_.until([this] { return is_stopping_ || !under_way_.empty(); },
                             peers_->deadline());
    for (std::size_t i = random_.between(1, 8); i > 0 && !under_way_.empty(); --i) {
      take(std::exchange(under_way_.front(), {}));
      under_way_.pop_front();
    }
  }
  for (; !under_way_.empty(); under_way_.pop_front()) take(under_way_.front());
  is_over_ = true;
  judge_.stops();
  const memory::Watch watch;
  peers_->end();
  co_return true;
}

void Datagrams::forget_silent() {
  judge_.forgets(schedule_.now());
  {
    const memory::Watch watch;
    peers_->forget_silent(schedule_.now());
  }
  judge_.has_forgotten();
  require(peers_->deadline() > schedule_.now(), "a time that has come is not over");
}

void Datagrams::take(const Sent& datagram) {
  const auto& [from, text] = datagram;
  tell("  datagram: " + text.substr(0, 40));
  judge_.hears(sock::to_endpoint(from, sock::Transport::udp), text.size(), schedule_.now());
  const auto failures = memory::failures();
  std::string out;
  std::optional<std::string_view> answer;
  try {
    const memory::Watch watch;
    answer = peers_->answer(from, text, out, schedule_.now());
  } catch (const std::bad_alloc&) {  // lost
  }
  const bool is_harmed = memory::failures() != failures;

  // The expected answer is that to a new sender, as these protocols have no other state.
  sock::Observer nobody;
  const sock::Client somebody{0, {}};
  const auto session = service_->open(somebody, nobody);
  std::string expected;
  const sock::Step step = session->on_datagram(text, expected);
  if (step.in_place) expected = text;
  if (answer) {
    ++answers_;
    require(step.answered, "an answer to nothing");
    judge_.answers(*answer, expected);
  } else if (!is_harmed && step.answered) {
    require(expected.size() > text.size() + 64, "a datagram is not answered");
  }
}

void Datagrams::check_end() const {
  require(is_over_, "the door for datagrams does not come to its end");
  require(judge_.size() == 0, "a sender is not told of the end");
  require(judge_.served() == peers_->served(), "not so many senders were served");
}

}  // namespace simulation
