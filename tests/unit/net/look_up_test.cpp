// Look-ups of names as Stream::connect() makes them, with a name server that does not answer.

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <future>
#include <memory>
#include <system_error>
#include <thread>

#include "sock/listener.hpp"
#include "sock/stream.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/fake_names.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Stream;

// `name` has the address 127.0.0.1, but is not looked up to the end before answer() is called.
class SilentName {
 public:
  explicit SilentName(const char* name) {
    fake_names::add(name, {"127.0.0.1"});
    fake_names::on_look_up(name, [this_ = state_] {
      this_->asked = true;
      this_->answer.get_future().wait();
      this_->answered = true;
    });
  }
  void answer() { state_->answer.set_value(); }
  bool is_asked() const { return state_->asked; }
  bool is_answered() const { return state_->answered; }

 private:
  struct State {
    std::atomic<bool> asked{false};
    std::promise<void> answer;
    std::atomic<bool> answered{false};
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace

TEST_CASE("looking up a name ends when the time for connecting is over") {
  SilentName name("silent.example");
  CHECK_THROWS_WITH(Stream::connect("silent.example", 9, {.timeout = 50ms}),
                    "cannot find host \"silent.example\": Connection timed out");
  // The look-up that was left behind comes to its end, without anybody.
  CHECK(eventually([&] { return name.is_asked(); }));
  name.answer();
  CHECK(eventually([&] { return name.is_answered(); }));
}

TEST_CASE("a look-up that was left behind holds up nobody, and not the end of the program") {
  const SilentName name("silent.example");  // nobody answers: the process ends in the middle of it
  CHECK_THROWS_AS(Stream::connect("silent.example", 9, {.timeout = 50ms}), std::system_error);
  CHECK(eventually([&] { return name.is_asked(); }));
  fake_names::add("other.example", {"127.0.0.1"});
  sock::Listener listener(0);
  CHECK(Stream::connect("other.example", listener.port()).remote().address == "127.0.0.1");
}

TEST_CASE("a look-up without a limit is waited for") {
  SilentName name("slow.example");
  sock::Listener listener(0);
  std::thread resolver([&] {
    eventually([&] { return name.is_asked(); });
    name.answer();
  });
  CHECK(Stream::connect("slow.example", listener.port(), {.timeout = 0ms}).remote().address ==
        "127.0.0.1");
  resolver.join();
}

TEST_CASE("a look-up takes no signals, and leaves those of its caller alone") {
  const auto is_blocked = [] {
    sigset_t blocked;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    return ::sigismember(&blocked, SIGINT) == 1;
  };
  std::atomic<bool> was_blocked{false};
  fake_names::add("known.example", {"127.0.0.1"});
  fake_names::on_look_up("known.example", [&] { was_blocked = is_blocked(); });
  sock::Listener listener(0);
  Stream::connect("known.example", listener.port());
  CHECK(was_blocked);
  CHECK_FALSE(is_blocked());
}

TEST_CASE("a name that nobody knows is told at once") {
  fake_names::add("unknown.example", {});
  CHECK_THROWS_WITH(Stream::connect("unknown.example", 9),
                    "cannot find host \"unknown.example\": Name or service not known");
}
