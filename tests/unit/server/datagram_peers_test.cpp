#include "server/datagram_peers.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

#include "support/catch.hpp"
#include "support/recorder.hpp"
#include "support/scarce_memory.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Clock;
using sock::DatagramPeers;
using sock::End;

// Answers each message with how many this session has had; some words do something else.
class Counter final : public sock::Protocol {
 public:
  void on_message(const sock::Message& message, sock::Reply& reply) override {
    if (message.text == "throw") throw std::runtime_error("a bug");
    if (message.text == "quiet") return;
    if (message.text == "long") return reply.answer(std::string(4 + 64, 'x'));
    if (message.text == "longer") return reply.answer(std::string(6 + 65, 'x'));
    reply.answer(std::to_string(++count_));
    if (message.text == "end") reply.close();
  }

 private:
  int count_ = 0;
};

struct House {
  explicit House(DatagramPeers::Limits limits = {})
      : service(sock::service_of<Counter>()), peers(*service, recorder, last_id, limits) {}

  // The answer; "<none>": there is none.
  std::string ask(int port, std::string_view text, const char* address = "127.0.0.1") {
    std::string out;
    const auto from =
        sock::to_socket_address(sock::Endpoint{address, static_cast<std::uint16_t>(port)});
    return std::string(peers.answer(from, text, out, now).value_or("<none>"));
  }

  Recorder recorder;
  std::atomic<std::uint64_t> last_id{0};
  std::unique_ptr<sock::Service> service;
  Clock::time_point now{};
  DatagramPeers peers;
};

}  // namespace

TEST_CASE("each peer has a session of its own, by its address and port") {
  House house;
  CHECK(house.ask(5000, "a") == "1");
  CHECK(house.ask(5000, "a") == "2");
  CHECK(house.ask(5001, "a") == "1");
  CHECK(house.ask(5000, "a", "127.0.0.2") == "1");
  CHECK(house.ask(5000, "a", "::1") == "1");
  CHECK(house.ask(5000, "quiet") == "<none>");
  CHECK(house.ask(5000, "a") == "3");
  CHECK(house.ask(5000, "a", "::ffff:127.0.0.1") == "4");  // at a socket of both families
  CHECK(house.peers.served() == 4);
  CHECK(house.last_id == 4);
  CHECK(house.recorder.count("1 connected") == 1);
  CHECK(house.recorder.count("1 received a") == 4);
}

TEST_CASE("a peer that is silent for long is forgotten, and one that speaks is not") {
  House house({.peers = 10, .silence = 10s});
  CHECK(house.peers.deadline() == sock::no_deadline);
  house.ask(5000, "a");
  house.now += 4s;
  house.ask(5001, "a");
  house.now += 4s;
  house.ask(5000, "a");
  CHECK(house.peers.deadline() == Clock::time_point() + 14s);
  house.peers.forget_silent(Clock::time_point() + 14s);
  CHECK(house.recorder.closings().size() == 1);
  CHECK(house.recorder.closings()[0].why == End::idle);
  CHECK(house.recorder.closings()[0].duration == 10s);
  CHECK(house.ask(5000, "a") == "3");
  CHECK(house.ask(5001, "a") == "1");
}

TEST_CASE("of too many peers the one that was heard of least lately is forgotten") {
  House house({.peers = 3});
  for (const int port : {5000, 5001, 5002, 5000, 5003}) house.ask(port, "a");
  CHECK(house.recorder.count("2 closed") == 1);
  CHECK(house.ask(5000, "a") == "3");
  CHECK(house.ask(5001, "a") == "1");
  for (int i = 0; i < 50'000; ++i) house.ask(1024 + i, "a");
  CHECK(house.recorder.closings().size() + 3 == house.peers.served());
}

TEST_CASE("a session that closes or throws ends its peer alone, which may begin anew") {
  House house;
  house.ask(5001, "a");
  CHECK(house.ask(5000, "end") == "1");
  CHECK(house.recorder.closings().at(0).why == End::by_server);
  CHECK(house.recorder.closings().at(0).bytes_out == 1);
  CHECK(house.ask(5000, "a") == "1");
  CHECK(house.ask(5000, "throw") == "<none>");
  CHECK(house.recorder.closings().at(1).why == End::lost);
  CHECK(house.ask(5000, "a") == "1");
  CHECK(house.ask(5001, "a") == "2");
}

TEST_CASE("an answer is not sent if it is much longer than what was asked") {
  House house;
  CHECK(house.ask(5000, "long") == std::string(68, 'x'));
  CHECK(house.ask(5000, "longer") == "<none>");
}

TEST_CASE("at the end each session is told so") {
  House house;
  house.ask(5000, "a");
  house.ask(5001, "a");
  house.peers.end();
  CHECK(house.recorder.closings().size() == 2);
  CHECK(house.recorder.closings()[0].why == End::stopped);
}

TEST_CASE("twenty thousand sources take no more memory than a thousand") {
  const auto service = sock::find_service("quit")->make({});
  sock::Observer nobody;
  std::atomic<std::uint64_t> last_id{0};
  DatagramPeers peers(*service, nobody, last_id, {});
  const Clock::time_point now{};
  const memory::Watch watch;
  const auto ask = [&](int number) {
    const auto address =
        "10.0." + std::to_string(number / 250) + "." + std::to_string(number % 250);
    std::string out;
    const auto from = sock::to_socket_address(sock::Endpoint{address, 5000});
    const auto answer = peers.answer(from, "hola", out, now + std::chrono::milliseconds(number));
    REQUIRE(answer == "hola");
  };
  const auto before = memory::live_bytes();
  for (int i = 0; i < 1024; ++i) ask(i);
  const auto full = memory::live_bytes() - before;
  for (int i = 1024; i < 20'000; ++i) {
    ask(i);
    REQUIRE(memory::live_bytes() - before < full + 4096);
  }
  CHECK(full < std::size_t{1024} * 2048);
  CHECK(peers.served() == 20'000);
  peers.end();
  CHECK(memory::live_bytes() - before < 4096);
}
