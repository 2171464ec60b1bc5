#include "ping.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "output.hpp"
#include "ping_report.hpp"
#include "ping_session.hpp"
#include "program/values.hpp"
#include "sock/wait.hpp"

namespace sockclient {
namespace {

using sock::Clock;
using std::chrono::milliseconds;

constexpr Clock::duration greeting_time = milliseconds(50);

// A lost connection is renewed by the next ping, which reports the result.
Options without_retry(Options options) {
  options.retry = {};
  return options;
}

// The socket between the session and the server. Everything except poll() and connecting holds a
// lock, so that the signal thread can end the program with the summary at any time.
class Ping {
 public:
  Ping(std::unique_ptr<Wire> wire, const Options& options)
      : options_(options),
        again_(without_retry(options)),
        wire_(std::move(wire)),
        connect_time_(wire_->connect_time()),
        session_(options.pings,
                 options.udp ? PingSession::Carrier::datagrams : PingSession::Carrier::stream,
                 options_.answer_limit(), std::random_device()(), Clock::now()),
        report_(options) {}

  int run(Signals& signals) {
    {
      const Signals::End end(signals, [this] { return interrupted(); });
      std::unique_lock lock(mutex_);  // released first: interrupted() may wait for it
      if (connect_time_) report_.connected(*connect_time_, {});
      connected();
      while (!session_.is_over() && !is_ended_) turn(lock);
    }
    return summary();
  }

 private:
  void turn(std::unique_lock<std::timed_mutex>& lock) {
    if (Clock::now() >= next_at()) {
      begin(lock);
    } else {
      wait(lock);
    }
    for (const auto& event : session_.take_events()) report_.tell(event);
  }

  // If the socket has no room for a ping, all of it must be sent before the next one.
  Clock::time_point next_at() const {
    return unsent_.empty() ? session_.next_at() : sock::no_deadline;
  }

  void begin(std::unique_lock<std::timed_mutex>& lock) {
    if (!wire_) return connect_again(lock);
    payload_ = session_.next_payload();
    unsent_ = payload_;
    session_.sent(Clock::now());
    guarded([this] { send_some(); });
  }

  void connect_again(std::unique_lock<std::timed_mutex>& lock) {
    std::unique_ptr<Wire> wire;
    std::optional<Failure> failure;
    lock.unlock();
    try {
      wire = Wire::connect(again_);
    } catch (const Failure& why) {
      failure = why;
    }
    lock.lock();
    if (failure) {
      report_.connection_lost(failure->reason, failure->what());
      session_.cannot_send(failure->reason, Clock::now());
      return;
    }
    wire_ = std::move(wire);
    if (wire_->connect_time()) {
      connect_time_ = wire_->connect_time();
      report_.connected(*connect_time_, Clock::now() - lost_at_);
    }
    connected();
  }

  // A greeting takes one round trip, as connecting did, and some time.
  void connected() {
    if (connect_time_) session_.connected(Clock::now() + std::max(greeting_time, *connect_time_));
    guarded([this] { wire_->start(receive_); });
  }

  void wait(std::unique_lock<std::timed_mutex>& lock) {
    auto until = std::min(next_at(), session_.deadline());
    if (wire_) until = std::min(until, wire_->next_look());
    pollfd socket{wire_ ? wire_->descriptor() : -1, 0, 0};
    if (wire_ && !wire_->is_deaf()) socket.events |= POLLIN;
    if (!unsent_.empty() && wire_->resumes() <= Clock::now()) socket.events |= POLLOUT;
    if (!unsent_.empty() && (socket.events & POLLOUT) == 0) {
      until = std::min(until, wire_->resumes());
    }
    lock.unlock();
    const int ready = ::poll(&socket, 1, sock::poll_timeout(until));
    lock.lock();
    if (wire_) wire_->look();
    if (ready > 0) {
      guarded([&] {
        if ((socket.revents & ~POLLOUT) != 0) wire_->read(receive_);
        if (!unsent_.empty() && (socket.revents & POLLOUT) != 0) send_some();
      });
    }
    if (!is_ended_ && session_.give_up(Clock::now()) && !options_.udp) {
      lose(Reason::timeout, "no answer in " + program::to_text(options_.answer_limit()));
    }
  }

  void send_some() {
    if (wire_->offer(unsent_, receive_) == Wire::Sending::refused) {
      lose(Reason::closed, closed_words);
    }
  }

  // Runs an action that may end the connection.
  template <typename Action>
  void guarded(Action action) {
    try {
      action();
      if (wire_ && wire_->server_ended()) lose(Reason::closed, closed_words);
    } catch (const Failure& failure) {
      if (failure.status == 0) {
        is_ended_ = true;
        return;
      }
      lose(failure.reason, failure.what());
    }
  }

  void lose(Reason why, const std::string& words) {
    lost_at_ = Clock::now();
    note_system_rtt();
    wire_.reset();
    unsent_ = {};
    session_.lost_connection(why, lost_at_);
    report_.connection_lost(why, words);
  }

  void note_system_rtt() {
    const auto rtt = wire_ ? wire_->system_rtt() : std::nullopt;
    if (rtt) system_rtt_ = rtt;
  }

  int summary() {
    note_system_rtt();
    report_.summary(session_, {connect_time_, system_rtt_});
    return session_.totals().is_flawless() ? 0 : 1;
  }

  // Called on the signal thread. The program ends with the returned status.
  int interrupted() {
    constexpr int status_of_interrupt = 130;
    constexpr milliseconds most{500};  // a writer may be stuck
    // Not a duration: ThreadSanitizer does not know of pthread_mutex_clocklock().
    std::unique_lock lock(mutex_, std::chrono::system_clock::now() + most);
    if (!lock) return status_of_interrupt;
    lock.release();  // nothing is reported after the summary
    try {
      return summary();
    } catch (...) {  // it cannot be written
      return 1;
    }
  }

  static constexpr const char* closed_words = "the server closed the connection";

  const Options& options_;
  const Options again_;
  std::timed_mutex mutex_;
  std::unique_ptr<Wire> wire_;  // null: the connection is lost
  std::optional<Clock::duration> connect_time_;
  PingSession session_;
  PingReport report_;
  std::string payload_;
  std::string_view unsent_;  // of `payload_`
  bool is_ended_ = false;    // on purpose
  Clock::time_point lost_at_{};
  std::optional<std::chrono::microseconds> system_rtt_;  // of a lost connection
  const Wire::Receiver receive_ = [this](std::string_view came) {
    session_.received(came, Clock::now());
  };
};

}  // namespace

int run_ping(std::unique_ptr<Wire> wire, const Options& options, Signals& signals) {
  return Ping(std::move(wire), options).run(signals);
}

}  // namespace sockclient
