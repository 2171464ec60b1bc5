#include "script.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "eol.hpp"
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
constexpr std::size_t longest_message = 16 * 1024 * 1024;

class Script {
 public:
  Script(Wire& wire, const Options& options)
      : wire_(wire), options_(options), screen_(screen_for(options)) {}

  void run() {
    for (const ScriptStep& step : options_.steps) run(step);
    print(inbox_);
    wire_.say_goodbye([this](std::string_view came) { print(came); });
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
    std::size_t seen = 0;  // how much of the inbox has no line end in it
    for (;;) {
      const auto end = inbox_.find('\n', seen);
      if (end != inbox_.npos) return take(end, end + 1);
      seen = inbox_.size();
      if (seen >= longest_message) return take(seen, seen);
      if (wire_.server_ended() || !hear_within(seen > 0 ? end_of_message : patience())) {
        return seen > 0 ? std::optional(take(seen, seen)) : std::nullopt;
      }
    }
  }

  std::string take(std::size_t end, std::size_t used) {
    std::string text = inbox_.substr(0, end);
    if (used > end && text.ends_with('\r')) text.pop_back();
    inbox_.erase(0, used);
    return text;
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
  std::string inbox_;  // what came and has not been asked for
  const Wire::Receiver keep_ = [this](std::string_view came) { inbox_ += came; };
};

}  // namespace

void run_script(Wire& wire, const Options& options) { Script(wire, options).run(); }

}  // namespace sockclient
