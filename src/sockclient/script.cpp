#include "script.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "eol.hpp"
#include "inbox.hpp"
#include "output.hpp"
#include "program/values.hpp"
#include "screen.hpp"
#include "sock/escape.hpp"
#include "sock/wait.hpp"

namespace sockclient {
namespace {

using std::chrono::milliseconds;

// A server that ends its messages with nothing is silent after one (PROTOCOLS: bare `send`); so is
// one that has asked for something (`Name: `).
constexpr milliseconds end_of_message{200};
constexpr milliseconds answer_time{10'000};

class Script {
 public:
  Script(Wire& wire, const Options& options)
      : wire_(wire),
        options_(options),
        screen_(screen_for(options)),
        inbox_(options.udp ? Inbox::of_datagrams() : Inbox::of_lines()) {}

  void run() {
    for (const ScriptStep& step : options_.steps) run(step);
    const Wire::Receiver print_it = [this](std::string_view came) { print(came); };
    inbox_->empty(print_it);
    wire_.say_goodbye(print_it);
    write_out(screen_.finish());
  }

 private:
  void run(const ScriptStep& step) {
    switch (step.kind) {
      case ScriptStep::Kind::send:
        wire_.send(step.text + std::string(line_end(options_.eol)), keep_);
        break;
      case ScriptStep::Kind::recv:
        receive();
        break;
      case ScriptStep::Kind::expect:
        expect(step.text);
        break;
      case ScriptStep::Kind::pause:
        std::this_thread::sleep_for(step.pause);
        break;
    }
  }

  void receive() {
    if (const auto message = next_message()) {
      print(*message + "\n");
    } else {
      throw Failure("--recv: " + why_nothing());
    }
  }

  void expect(const std::string& text) {
    const auto message = next_message();
    if (message) print(*message + "\n");
    if (message == text) return;
    const std::string got =
        message ? fmt::format("\"{}\"", sock::escaped(*message)) : "nothing: " + why_nothing();
    throw Failure(fmt::format("expected \"{}\", got {}", sock::escaped(text), got), 3);
  }

  // Nothing: it did not come in time, or the server ended first.
  std::optional<std::string> next_message() {
    for (;;) {
      if (auto message = inbox_->next()) return message;
      const auto time = inbox_->has_part() ? end_of_message : patience();
      if (wire_.server_ended() || !hear_within(time)) return inbox_->part();
    }
  }

  // False: nothing came in that time.
  bool hear_within(milliseconds time) {
    return wire_.hear(time.count() > 0 ? sock::Clock::now() + time : sock::no_deadline, keep_);
  }

  milliseconds patience() const { return options_.idle.value_or(answer_time); }

  std::string why_nothing() const {
    if (wire_.server_ended()) return "the server closed the connection";
    return "nothing came in " + program::to_text(patience());
  }

  void print(std::string_view text) { write_out(screen_.show(text)); }

  Wire& wire_;
  const Options& options_;
  Screen screen_;
  std::unique_ptr<Inbox> inbox_;
  const Wire::Receiver keep_ = [this](std::string_view came) { inbox_->add(came); };
};

}  // namespace

void run_script(Wire& wire, const Options& options) { Script(wire, options).run(); }

}  // namespace sockclient
