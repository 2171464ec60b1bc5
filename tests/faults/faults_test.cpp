// Conversations over real sockets in which every call of the server fails, one after the other.
// Errors that need not cost a byte cost none; an error that costs a client its connection affects
// no other client; nothing is left behind, and nothing hangs.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "faults/conversations.hpp"
#include "faults/faults.hpp"
#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using faults::Call;
using faults::Conversation;
using faults::conversations;
using faults::Fault;
using faults::Outcome;
using faults::refuse_with;
using faults::stop_with;
using faults::talk_with;
using faults::talks_before_a_stop;
using faults::talks_without_memory;

std::ptrdiff_t count(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return std::distance(begin(all), end(all));
}

struct Held {
  std::ptrdiff_t descriptors = count("/proc/self/fd");
  std::ptrdiff_t threads = count("/proc/self/task");
  friend bool operator==(const Held&, const Held&) = default;
};

// Whether each line of `heard` is in `expected`, in the same order; notices of the server are
// allowed, and the last line may be cut.
bool is_part_of(std::string_view heard, std::string_view expected) {
  while (!heard.empty()) {
    const std::size_t size = std::min(heard.find('\n'), heard.size() - 1) + 1;
    const std::string_view line = heard.substr(0, size);
    heard.remove_prefix(size);
    const auto at = expected.find(line);
    if (at != expected.npos) {
      expected.remove_prefix(at + size);
    } else if (!line.starts_with("* ")) {
      return false;
    }
  }
  return true;
}

bool is_made_in(sock::Mode mode, Call call) {
  if (call == Call::thread) return mode == sock::Mode::threads;
  if (call == Call::eventfd) return mode != sock::Mode::async;
  if (call == Call::epoll_ctl) return mode == sock::Mode::async;
  return true;
}

// Runs the conversations once for each call that can fail, in every mode. `run` runs one, and
// `judge` checks the outcome.
template <typename Run, typename Judge>
void each_in_turn(Call call, const std::vector<int>& effects, const std::vector<Conversation>& some,
                  Run run, Judge judge,
                  int most = 60,  // calls; a polling server makes any number of them
                  std::span<const sock::Mode> modes = all_modes, bool must_happen = true) {
  const faults::Unharmed me;
  run(Fault{}, some.front(), sock::Mode::threads);  // opens what stays open
  faults::stop();
  const Held before;
  for (const auto mode : modes) {
    int happened = 0;
    for (const auto& conversation : some) {
      if (mode == sock::Mode::blocking && conversation.clients > 1) continue;
      for (const int effect : effects) {
        // If every other allocation failed, each new attempt to accept could fail.
        const int first = call == Call::memory ? 1 : faults::every_other;
        const int step = call == Call::memory ? effect : 1;
        for (int number = first; number <= most; number += step) {
          INFO(name_of(mode) << ", " << conversation.service << ", clients " << conversation.clients
                             << ", call " << static_cast<int>(call) << ", effect " << effect
                             << ", number " << number);
          const Outcome outcome = run(Fault{call, effect, number}, conversation, mode);
          CHECK_FALSE(outcome.hung);
          CHECK(outcome.totals.active == 0);
          judge(outcome);
          happened += outcome.faults;
          if (outcome.faults == 0 && number != faults::every_other) break;
        }
      }
    }
    INFO(name_of(mode) << ", call " << static_cast<int>(call));
    CHECK((happened > 0 || !must_happen || !is_made_in(mode, call)));
  }
  CHECK(eventually([&] { return Held() == before; }));
}

void expect_every_byte(const Outcome& outcome) {
  for (std::size_t i = 0; i < outcome.heard.size(); ++i) {
    const bool same = outcome.heard[i] == outcome.expected[i];
    if (!same) UNSCOPED_INFO("client " << i << " heard\n" << outcome.heard[i].substr(0, 2000));
    CHECK(same);
  }
}

// A fault may cost a client its connection at any byte, but no byte before that.
void expect_no_wrong_byte(const Outcome& outcome) {
  for (std::size_t i = 0; i < outcome.heard.size(); ++i) {
    const bool right = outcome.heard.size() == 1
                           ? outcome.expected[i].starts_with(outcome.heard[i]) ||
                                 outcome.heard[i].starts_with("* server busy, try later\n")
                           : is_part_of(outcome.heard[i], outcome.expected[i]);
    if (!right) UNSCOPED_INFO("client " << i << " heard\n" << outcome.heard[i].substr(0, 2000));
    CHECK(right);
  }
}

void expect_refusal(const Outcome& outcome) {
  CHECK(outcome.heard[0] == outcome.expected[0]);
  // It is told the reason, or at least its connection is closed.
  CHECK(outcome.expected[1].starts_with(outcome.heard[1]));
}

// In a chat: only a client heard of before, by its latest name, is reported as leaving.
void expect_that_who_left_was_there(const Outcome& outcome) {
  for (const std::string& heard : outcome.heard) {
    for (auto at = heard.find(" left"); at != heard.npos; at = heard.find(" left", at + 1)) {
      const auto begin = heard.rfind(' ', at - 1);
      const std::string name = heard.substr(begin, at - begin);
      CHECK(heard.find(name) < begin);
      CHECK(heard.find(name + " is now") > begin);
    }
  }
}

}  // namespace

TEST_CASE("receiving a byte at a time, interrupted or for nothing costs no byte") {
  each_in_turn(Call::receive, {faults::one_byte, EINTR, EAGAIN}, conversations(), talk_with,
               expect_every_byte);
}

TEST_CASE("sending a byte at a time, interrupted or without room costs no byte") {
  each_in_turn(Call::send, {faults::one_byte, EINTR, EAGAIN}, conversations(), talk_with,
               expect_every_byte);
}

TEST_CASE("waiting that is interrupted or ends for nothing costs no byte") {
  each_in_turn(Call::wait, {EINTR, faults::false_ready}, conversations(), talk_with,
               expect_every_byte);
}

TEST_CASE("a stop in which calls do less, are interrupted or have to be repeated costs no byte") {
  const auto talks = talks_before_a_stop();
  each_in_turn(Call::receive, {faults::one_byte, EINTR}, talks, stop_with, expect_every_byte, 2);
  each_in_turn(Call::send, {faults::one_byte, EAGAIN}, talks, stop_with, expect_every_byte, 2);
  each_in_turn(Call::wait, {EINTR}, talks, stop_with, expect_every_byte, 2);
}

TEST_CASE("accepting that is interrupted, or finds nobody, costs nobody anything") {
  each_in_turn(Call::accept, {EINTR, EAGAIN, ECONNABORTED, EPROTO}, conversations(), talk_with,
               expect_every_byte);
}

TEST_CASE("accepting without descriptors or memory is tried again") {
  each_in_turn(Call::accept, {EMFILE, ENFILE, ENOBUFS, ENOMEM}, {conversations().front()},
               talk_with, expect_every_byte);
}

TEST_CASE("receiving that fails costs that client its connection, and nobody else anything") {
  each_in_turn(Call::receive, {ECONNRESET, ETIMEDOUT, ENOMEM}, conversations(), talk_with,
               expect_no_wrong_byte);
}

TEST_CASE("sending that fails costs that client its connection, and nobody else anything") {
  each_in_turn(Call::send, {ECONNRESET, EPIPE, ENOBUFS}, conversations(), talk_with,
               expect_no_wrong_byte);
}

TEST_CASE("a stop in which receiving or sending fails costs that client its last words only") {
  const auto talks = talks_before_a_stop();
  each_in_turn(Call::receive, {ECONNRESET}, talks, stop_with, expect_no_wrong_byte, 2);
  each_in_turn(Call::send, {EPIPE}, talks, stop_with, expect_no_wrong_byte, 2);
}

TEST_CASE("want of a descriptor or of memory for a client costs nobody else anything") {
  each_in_turn(Call::eventfd, {EMFILE}, conversations(), talk_with, expect_no_wrong_byte);
  each_in_turn(Call::epoll_ctl, {ENOSPC}, conversations(), talk_with, expect_no_wrong_byte);
  each_in_turn(Call::epoll_ctl, {ENOMEM}, {conversations().front()}, talk_with,
               expect_no_wrong_byte);
}

TEST_CASE(
    "want of a descriptor or of memory for a client that is refused costs nobody else anything") {
  // A client that closes after the refusal is not waited for.
  each_in_turn(Call::epoll_ctl, {ENOSPC, ENOMEM}, {conversations().front()}, refuse_with,
               expect_refusal, 60, all_modes, false);
}

TEST_CASE("want of a thread for a client costs nobody else anything") {
  each_in_turn(Call::thread, {EAGAIN}, conversations(), talk_with, expect_no_wrong_byte);
}

TEST_CASE("want of memory costs at most the client that it is for") {
  each_in_turn(
      Call::memory, {1}, talks_without_memory(), talk_with,
      [](const Outcome& outcome) {
        expect_no_wrong_byte(outcome);
        expect_that_who_left_was_there(outcome);
        CHECK(outcome.harmed <= 1);
      },
      200);
}

TEST_CASE("want of memory, also for what is done about it, harms no server") {
  each_in_turn(
      Call::memory, {5}, talks_without_memory(), talk_with,
      [](const Outcome& outcome) {
        expect_no_wrong_byte(outcome);
        expect_that_who_left_was_there(outcome);
      },
      200);
}

TEST_CASE("want of memory for a client that is refused costs nobody else anything") {
  // In mode blocking, no client is refused.
  constexpr std::array modes{sock::Mode::threads, sock::Mode::async};
  each_in_turn(Call::memory, {1, 2, 3}, {conversations().front()}, refuse_with, expect_refusal, 60,
               modes);
}

TEST_CASE("want of memory at a stop costs a client its last words only") {
  // A stop may need no memory: in mode blocking, at a UNIX door, it does not.
  each_in_turn(Call::memory, {1, 100}, talks_before_a_stop(), stop_with, expect_no_wrong_byte, 6,
               all_modes, false);
}

// Asio allocates memory at each wait. The memory kept for a client must be enough with every
// version of Asio.
TEST_CASE("on an event loop, waiting for a client that says nothing takes no memory") {
  const faults::Unharmed me;
  sock::Observer nobody;
  RunningServer running(sock::find_service("echo")->make({}),
                        {.hosts = {"127.0.0.1"}, .mode = sock::Mode::async}, &nobody);
  auto client = running.connect();
  const auto ask = [&client](int times) {
    for (int i = 0; i < times; ++i) {
      client.write("hola\n");
      REQUIRE(read_exactly(client, 5) == "hola\n");
    }
  };
  ask(10);  // allocates what is kept
  faults::inject({Call::memory, 1, faults::never});
  ask(100);
  faults::stop();
  CHECK(faults::calls_of_its_kind() < 10);  // now and then something else grows
}
