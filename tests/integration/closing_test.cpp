// How connections end, whoever ends them: no last word is lost, and the cause is the true one.

#include <poll.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "sock/room_log.hpp"
#include "sock/server.hpp"
#include "sock/wait.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using namespace std::chrono_literals;
using sock::End;

End cause_of_first(RunningServer& running) {
  REQUIRE(eventually([&] { return !running.recorder.closings().empty(); }));
  return running.recorder.closings().at(0).why;
}

// Says long last words when it is told to end.
class LongGoodbye final : public sock::Protocol {
 public:
  void on_message(const sock::Message& message, sock::Reply& reply) override {
    if (message.text == "end") {
      reply.say(std::string(100'000, 'z'));
      reply.close();
    }
  }
};

class SaysLastWords final : public sock::Protocol {
 public:
  void on_message(const sock::Message& message, sock::Reply& reply) override {
    reply.answer(message.text);
  }
  void on_end(End, sock::Reply& reply) override { reply.say("last words"); }
};

class Throws final : public sock::Protocol {
 public:
  static inline std::atomic<int> ends{0};
  void on_message(const sock::Message&, sock::Reply&) override {
    throw std::runtime_error("a bug of this protocol");
  }
  void on_end(End, sock::Reply&) override { ++ends; }
};

// Throws in the middle of an answer, when it may; with a feed, it is driven by poll.
template <bool has_feed>
class ThrowsHalfway final : public sock::Protocol {
 public:
  static inline std::atomic<bool> is_halfway{false};
  static inline std::atomic<bool> may_throw{false};
  void on_message(const sock::Message&, sock::Reply& reply) override {
    reply.say("half of an answer");
    is_halfway = true;
    eventually([] { return may_throw.load(); });
    throw std::runtime_error("a bug of this protocol");
  }
  void on_end(End, sock::Reply& reply) override { reply.say("last words"); }
  sock::Feed* feed() override { return has_feed ? &feed_ : nullptr; }

 private:
  sock::RoomLog log_{1024, 0};
  sock::Feed feed_{log_};
};

template <typename P>
void expect_silence_after_a_throw_at_a_stop(sock::Mode mode) {
  P::is_halfway = P::may_throw = false;
  RunningServer running(sock::service_of<P>(), {.mode = mode});
  sock::Stream stream = running.connect();
  stream.write("hola\n");
  REQUIRE(eventually([] { return P::is_halfway.load(); }));
  running.server.stop();
  P::may_throw = true;
  CHECK(read_all(stream) == "");
}

}  // namespace

TEST_CASE("last words reach a client that is still sending when the server closes") {
  for (const auto mode : all_modes) {
    RunningServer running(sock::service_of<LongGoodbye>(), {.mode = mode});
    auto client = running.connect();
    client.write("end\n" + std::string(500'000, 'x') + "\n");
    client.shutdown_send();
    CHECK((read_all(client) == std::string(100'000, 'z') + "\n"));
    CHECK(cause_of_first(running) == End::by_server);
  }
}

TEST_CASE("last words reach every one of many that are still sending when the server closes") {
  RunningServer running(sock::service_of<LongGoodbye>(), GENERATE(from_range(side_by_side)));
  std::vector<sock::Stream> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(running.connect());
    clients.back().write("end\n" + std::string(200'000, 'x'));
  }
  for (auto& client : clients) CHECK((read_all(client) == std::string(100'000, 'z') + "\n"));
}

// A UNIX socket holds less than what most of this needs to wait for.
TEST_CASE("a client that reads gets all that it is owed, however much it sends meanwhile",
          "[tcp]") {
  const auto mode = GENERATE(from_range(all_modes));
  const bool stops = GENERATE(false, true);
  INFO(name_of(mode) << (stops ? ", stopped" : ", closed"));
  RunningServer running("quit", {.mode = mode, .grace = 1h}, {.framing = sock::Framing::line});
  auto client = running.connect();
  const int room = 65536;  // so that most of what it is owed waits at the server
  ::setsockopt(client.native_handle(), SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  std::string text;
  while (text.size() < 1'500'000) text += "fifteen letters\n";
  client.write(text);
  if (stops) {
    REQUIRE(eventually([&] { return running.server.totals().bytes_in == text.size(); }));
    running.server.stop();
  } else {
    client.write("quit\n");
  }
  REQUIRE(eventually([&] { return !running.recorder.closings().empty(); }));
  client.write(std::string(4'000'000, 'y'));
  CHECK((read_exactly(client, text.size()) == text));
}

TEST_CASE("the notice about a long message reaches a client that is still sending it") {
  for (const auto mode : all_modes) {
    RunningServer running("quit", {.mode = mode}, {.framing = sock::Framing::line});
    auto client = running.connect();
    client.write(std::string(900'000, 'x'));
    CHECK(read_all(client) == "* message too long (limit 65536 bytes)\n");
  }
}

TEST_CASE("an end of stream is closed by the client, and what is owed is sent first") {
  for (const auto mode : all_modes) {
    RunningServer running("quit", {.mode = mode}, {.framing = sock::Framing::line});
    auto client = running.connect();
    client.write("uno\ndos");
    client.shutdown_send();
    CHECK(read_all(client) == "uno\ndos");
    CHECK(cause_of_first(running) == End::peer_closed);
  }
}

TEST_CASE("a reset is a lost connection") {
  for (const auto mode : all_modes) {
    RunningServer running("quit", {.mode = mode});
    auto client = running.connect();
    client.write("uno\n");
    REQUIRE(sock::wait_for(client.native_handle(), POLLIN, sock::no_deadline));
    reset(client);
    CHECK(cause_of_first(running) == End::lost);
  }
}

TEST_CASE("a client that is gone while it is answered harms nobody") {
  for (const auto mode : all_modes) {
    RunningServer running("echo", {.mode = mode});
    {
      auto client = running.connect();
      client.write(std::string(meets_at_unix_door() ? 50'000 : 1'000'000, 'x'));
      REQUIRE(sock::wait_for(client.native_handle(), POLLIN, sock::no_deadline));
      reset(client);
    }
    CHECK(cause_of_first(running) == End::lost);
    auto next = running.connect();
    next.write("hola");
    CHECK(next.receive() == "hola");
  }
}

TEST_CASE("a protocol that throws costs its own client only, and hears of the end") {
  Throws::ends = 0;
  for (const auto mode : all_modes) {
    RunningServer running(sock::service_of<Throws>(), {.mode = mode});
    for (int i = 0; i < 2; ++i) {
      auto client = running.connect();
      client.write("hola\n");
      try {
        CHECK(read_all(client).empty());
      } catch (const std::system_error&) {  // a reset will do
      }
    }
    CHECK(cause_of_first(running) == End::lost);
  }
  CHECK(eventually([] { return Throws::ends == 2 * static_cast<int>(all_modes.size()); }));
}

TEST_CASE("a closed client that stays connected keeps the server for a second at most") {
  for (const auto mode : all_modes) {
    RunningServer running("quit", {.mode = mode});
    auto stays = running.connect();
    stays.write("quit\n");
    CHECK(read_all(stays).empty());
    CHECK(eventually([&] { return running.server.totals().active == 0; }));
  }
}

TEST_CASE("last words that cannot be sent any more reach nobody else") {
  auto options = GENERATE(from_range(side_by_side));
  options.idle_timeout = 300ms;
  RunningServer running(sock::service_of<SaysLastWords>(), options);
  auto silent = running.connect();
  auto talker = running.connect();
  // The silent one is cut, and what its protocol says then meets a closed socket.
  while (running.recorder.closings().empty()) {
    talker.write("hola\n");
    REQUIRE(read_exactly(talker, 5) == "hola\n");
  }
  for (int i = 0; i < 10; ++i) {
    talker.write("hola\n");
    CHECK(read_exactly(talker, 5) == "hola\n");
  }
}

TEST_CASE("connections leave no descriptor behind") {
  const auto descriptors = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  for (const auto mode : all_modes) {
    RunningServer running("echo", {.mode = mode});
    running.connect();  // what the client's side opens once is open then
    REQUIRE(eventually([&] { return running.recorder.closings().size() == 1; }));
    const auto before = descriptors();
    for (int i = 0; i < 50; ++i) {
      auto client = running.connect();
      client.write("hola");
      if (i % 3 == 0) reset(client);
    }
    CHECK(eventually([&] { return running.recorder.closings().size() == 51; }));
    CHECK(eventually([&] { return descriptors() <= before; }));  // the first one may be open still
  }
}

TEST_CASE("a client whose protocol throws gets no half of an answer, and no last words after it") {
  for (const auto mode : all_modes) {
    INFO(name_of(mode));
    expect_silence_after_a_throw_at_a_stop<ThrowsHalfway<false>>(mode);
    expect_silence_after_a_throw_at_a_stop<ThrowsHalfway<true>>(mode);
  }
}

TEST_CASE("a service that throws ends the server, and every client with it") {
  class Broken final : public sock::MessageService {
   public:
    Broken() : MessageService({}) {}

   private:
    std::unique_ptr<sock::Protocol> make_protocol() override {
      if (++clients_ > 1) throw std::runtime_error("no more of these");
      return std::make_unique<LongGoodbye>();
    }
    int clients_ = 0;
  };
  const auto options = GENERATE(from_range(side_by_side));
  sock::Server server(options, door_of(std::make_unique<Broken>(), options));
  std::string error;
  std::thread runner([&] {
    try {
      server.run();
    } catch (const std::runtime_error& what) {
      error = what.what();
    }
  });
  auto stays = connect_to(server);
  stays.write("hola\n");
  REQUIRE(eventually([&] { return server.totals().bytes_in > 0; }));
  const auto second = connect_to(server);
  runner.join();
  CHECK(error == "no more of these");
}
