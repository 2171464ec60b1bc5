#include "script.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "eol.hpp"
#include "failure.hpp"
#include "output.hpp"
#include "printer.hpp"
#include "program/values.hpp"
#include "sock/escape.hpp"
#include "sock/wait.hpp"

namespace sockclient {
namespace {

using std::chrono::milliseconds;

// A server that ends its messages with nothing is silent after one (PROTOCOLS: bare `send`).
constexpr milliseconds end_of_message{200};
constexpr milliseconds end_of_conversation{1000};
constexpr milliseconds answer_time{10'000};
constexpr std::size_t longest_message = 16 * 1024 * 1024;

class Script {
 public:
  Script(Wire& wire, const Options& options) : wire_(wire), options_(options), printer_(options) {}

  void run() {
    for (const ScriptStep& step : options_.steps) run(step);
    printer_.print(inbox_);
    say_goodbye(wire_, options_, [this](std::string_view came) { printer_.print(came); });
    printer_.finish();
  }

 private:
  void run(const ScriptStep& step) {
    switch (step.kind) {
      case ScriptStep::Kind::send:
        send(step.text);
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

  void send(const std::string& text) {
    const std::string line = text + std::string(bytes_of(options_.eol.value_or(Eol::lf)));
    wire_.send(line, [this](std::string_view came) { inbox_ += came; });
  }

  void receive() {
    if (const auto message = next_message()) {
      print(*message);
    } else {
      throw Failure("--recv: " + why_nothing());
    }
  }

  void expect(const std::string& text) {
    const auto message = next_message();
    if (message) print(*message);
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
      if (end != inbox_.npos) {
        is_line_server_ = true;
        return take(end, end + 1);
      }
      seen = inbox_.size();
      if (seen >= longest_message) return take(seen, seen);
      const bool may_be_whole = seen > 0 && !is_line_server_;
      if (wire_.server_ended() || !read_within(may_be_whole ? end_of_message : patience())) {
        if (seen == 0 || (!may_be_whole && !wire_.server_ended())) return std::nullopt;
        return take(seen, seen);
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
  bool read_within(milliseconds time) {
    const auto deadline = time.count() > 0 ? sock::Clock::now() + time : sock::no_deadline;
    if (!sock::wait_for(wire_.descriptor(), POLLIN, deadline)) return false;
    inbox_ += wire_.read();
    return true;
  }

  milliseconds patience() const { return options_.idle.value_or(answer_time); }

  std::string why_nothing() const {
    if (wire_.server_ended()) return "the server closed the connection";
    if (inbox_.empty()) return "nothing came in " + program::to_text(patience());
    return fmt::format("no end of line in {} after \"{}\"", program::to_text(patience()),
                       sock::escaped(inbox_));
  }

  void print(const std::string& message) { printer_.print(message + "\n"); }

  Wire& wire_;
  const Options& options_;
  Printer printer_;
  bool is_line_server_ = false;  // it has ended a message with a terminator
  std::string inbox_;            // what came and has not been asked for
};

}  // namespace

void run_script(Wire& wire, const Options& options) { Script(wire, options).run(); }

void say_goodbye(Wire& wire, const Options& options, const Wire::Receiver& receive) {
  if (options.shutdown) {
    report(options, "half-closing");
    wire.end_sending();
  }
  while (!wire.server_ended() &&
         sock::wait_for(wire.descriptor(), POLLIN, sock::Clock::now() + end_of_conversation)) {
    const auto came = wire.read();
    if (!came.empty()) receive(came);
  }
}

}  // namespace sockclient
