#include "script.hpp"

#include <fmt/format.h>

#include <algorithm>
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
#include "sock/escape.hpp"
#include "sock/wait.hpp"
#include "step_report.hpp"

namespace sockclient {
namespace {

using std::chrono::milliseconds;

// A server whose messages have no line end is silent after one (PROTOCOLS: bare `send`); so is a
// server that has asked for something (`Name: `).
constexpr milliseconds end_of_message{200};

class Script {
 public:
  Script(Wire& wire, const Options& options)
      : wire_(wire),
        options_(options),
        report_(options),
        inbox_(options.udp ? Inbox::of_datagrams() : Inbox::of_lines()) {}

  void run() {
    report_.connected(wire_);
    try {
      wire_.start(keep_);
      converse();
    } catch (const Failure& failure) {
      if (failure.status != 0) throw;
      show_kept();  // ended on purpose
      report_.finish(wire_);
      throw;
    }
    report_.finish(wire_);
  }

 private:
  void converse() {
    for (const ScriptStep& step : options_.steps) {
      if (step.kind == ScriptStep::Kind::close) return;
      run_at(step);
    }
    receive_rest();
  }

  // A failure names the step's line in the script.
  void run_at(const ScriptStep& step) try { run(step); } catch (const Failure& failure) {
    if (step.where.empty()) throw;
    throw Failure(step.where + ": " + failure.what(), failure.reason, failure.status, failure.hint);
  }

  void pause(sock::Clock::time_point until) {
    while (sock::Clock::now() < until) {
      std::this_thread::sleep_until(std::min(until, wire_.next_look()));
      wire_.look();
    }
  }

  void run(const ScriptStep& step) {
    switch (step.kind) {
      case ScriptStep::Kind::send:
        if (wire_.send(step.text + std::string(line_end(options_.eol)), keep_)) {
          report_.sent(step.text);
        }
        break;
      case ScriptStep::Kind::recv:
        receive(step);
        break;
      case ScriptStep::Kind::expect:
        expect(fmt::format("\"{}\"", sock::escaped(step.text)),
               [&step](const std::string& message) { return message == step.text; });
        break;
      case ScriptStep::Kind::match:
        expect(fmt::format("a match of \"{}\"", sock::escaped(step.text)),
               [&step](const std::string& message) { return step.pattern->matches(message); });
        break;
      case ScriptStep::Kind::pause:
        pause(sock::Clock::now() + step.pause);
        break;
      case ScriptStep::Kind::close:
        break;  // always the last step; nothing is left to do
    }
  }

  void receive(const ScriptStep& step) {
    if (const auto message = next_message()) return report_.received(*message);
    throw Failure((step.where.empty() ? "--recv: " : "recv: ") + why_nothing(),
                  reason_for_nothing());
  }

  template <typename IsRight>
  void expect(const std::string& what, IsRight is_right) {
    const auto message = next_message();
    if (message) report_.received(*message);
    if (message && is_right(*message)) return;
    const std::string got =
        message ? fmt::format("\"{}\"", sock::escaped(*message)) : "nothing: " + why_nothing();
    throw Failure(fmt::format("expected {}, got {}", what, got),
                  message ? Reason::wrong : reason_for_nothing(), 3);
  }

  // Messages that no step asked for: unchanged or, for JSON, one by one.
  void receive_rest() {
    if (!options_.json) {
      inbox_->empty(show_);
      return wire_.say_goodbye(show_);
    }
    tell_whole();
    wire_.say_goodbye([this](std::string_view came) {
      inbox_->add(came);
      tell_whole();
    });
    show_kept();
  }

  void show_kept() {
    if (!options_.json) return inbox_->empty(show_);
    tell_whole();
    if (const auto message = inbox_->part()) report_.received(*message);
  }

  void tell_whole() {
    while (const auto message = inbox_->next()) report_.received(*message);
  }

  // Returns nullopt if no message came in time or if the server ended first.
  std::optional<std::string> next_message() {
    for (;;) {
      if (auto message = inbox_->next()) return message;
      const auto time = inbox_->has_part() ? end_of_message : options_.answer_limit();
      if (wire_.server_ended() || !hear_within(time)) return inbox_->part();
    }
  }

  // Returns false if nothing came in that time.
  bool hear_within(milliseconds time) {
    return wire_.hear(time.count() > 0 ? sock::Clock::now() + time : sock::no_deadline, keep_);
  }

  std::string why_nothing() const {
    if (wire_.server_ended()) return "the server closed the connection";
    return "nothing came in " + program::to_text(options_.answer_limit());
  }

  Reason reason_for_nothing() const {
    return wire_.server_ended() ? Reason::closed : Reason::timeout;
  }

  Wire& wire_;
  const Options& options_;
  StepReport report_;
  std::unique_ptr<Inbox> inbox_;
  const Wire::Receiver show_ = [this](std::string_view came) { report_.show(came); };
  const Wire::Receiver keep_ = [this](std::string_view came) { inbox_->add(came); };
};

}  // namespace

void run_script(Wire& wire, const Options& options) { Script(wire, options).run(); }

}  // namespace sockclient
