#include "interactive.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "eol.hpp"
#include "failure.hpp"
#include "line_editor.hpp"
#include "output.hpp"
#include "program/values.hpp"
#include "screen.hpp"
#include "script.hpp"
#include "sock/wait.hpp"
#include "timestamps.hpp"

namespace sockclient {
namespace {

// How long the beginning of a line waits for its end. Nobody sees it; what was sent in one go comes
// in less, however many reads it takes.
constexpr std::chrono::milliseconds patience{50};

class Interactive {
 public:
  Interactive(Wire& wire, const Options& options, Signals& signals)
      : wire_(wire),
        options_(options),
        signals_(signals),
        has_colour_(wants_colour(options, STDOUT_FILENO)),
        screen_(Screen::Layout::rows, {.raw = options.raw,
                                       .styled = has_colour_,
                                       .time = options.timestamps ? local_time : TimeOfDay()}),
        editor_(make_line_editor(options.quiet ? "" : "> ", [this] { return wait_for_key(); })) {
    heard();
  }

  void run() {
    try {
      converse();
    } catch (const Failure&) {
      write_out(screen_.finish());
      throw;
    }
  }

 private:
  void converse() {
    notice(fmt::format("connected to {} port {}; \"quit\" or Ctrl-D leaves", options_.host,
                       options_.port));
    bool takes_more = true;
    while (!wire_.server_ended()) {
      const auto line = editor_->read_line();
      if (!line) break;  // Ctrl-D, or the server has ended
      const std::string text = *line + std::string(bytes_of(options_.eol.value_or(Eol::lf)));
      takes_more = wire_.send(text, [this](std::string_view came) { print(came); });
      if (!takes_more || *line == "quit") break;
    }
    const bool server_left = !takes_more || wire_.server_ended();
    say_goodbye(wire_, options_, [this](std::string_view came) { print(came); });
    write_out(screen_.finish());
    if (server_left) notice("the server closed the connection");
  }

  // LineEditor::Wait. What comes from the server is printed above the line being typed.
  bool wait_for_key() {
    for (;;) {
      std::array<pollfd, 3> all{{{STDIN_FILENO, POLLIN, 0},
                                 {wire_.descriptor(), POLLIN, 0},
                                 {signals_.descriptor(), POLLIN, 0}}};
      const auto deadline = std::min(deadline_, flush_time_);
      const int ready = ::poll(all.data(), all.size(), sock::poll_timeout(deadline));
      if (ready < 0) continue;
      if (ready == 0) follow_clock();
      if (all[2].revents != 0) follow_signals();
      if (all[1].revents != 0 && !hear()) return false;
      if (all[0].revents != 0) return true;
    }
  }

  void follow_signals() {
    const auto taken = signals_.take();
    if (taken.stop) editor_->suspend();
    if (taken.resize) editor_->resize();
  }

  void follow_clock() {
    if (sock::Clock::now() >= deadline_) {
      editor_->hide();
      throw Failure("nothing came for " + program::to_text(*options_.idle));
    }
    if (sock::Clock::now() < flush_time_) return;
    flush_time_ = sock::no_deadline;
    show(screen_.flush());
  }

  // False: the server has ended.
  bool hear() {
    std::string_view came;
    // A hex dump, on the same terminal perhaps, is written while reading.
    if (options_.hex_dump) editor_->hide();
    try {
      came = wire_.read();
    } catch (...) {
      if (!options_.hex_dump) editor_->hide();
      throw;
    }
    if (options_.hex_dump) editor_->redraw();
    heard();
    if (came.empty()) {
      editor_->hide();
      return false;
    }
    show(rows_of(came));
    return true;
  }

  // What comes in one read is shown at once, above the line being typed.
  void show(const std::string& rows) {
    if (rows.empty()) return;
    editor_->hide();
    write_out(rows);
    editor_->redraw();
  }

  std::string rows_of(std::string_view came) {
    std::string rows = screen_.show(came);
    // A line that waits for its end has waited since the last one ended.
    if (!rows.empty() || flush_time_ == sock::no_deadline) {
      flush_time_ = screen_.has_waiting() ? sock::Clock::now() + patience : sock::no_deadline;
    }
    return rows;
  }

  void heard() {
    const auto idle = options_.idle.value_or(std::chrono::milliseconds(0));
    deadline_ = idle.count() > 0 ? sock::Clock::now() + idle : sock::no_deadline;
  }

  // Where no line is being typed.
  void print(std::string_view came) {
    heard();
    write_out(rows_of(came));
  }

  void notice(const std::string& text) const {
    if (options_.quiet) return;
    write_out(has_colour_ ? "\x1b[2m" + text + "\x1b[0m\n" : text + "\n");
  }

  Wire& wire_;
  const Options& options_;
  Signals& signals_;
  bool has_colour_;
  Screen screen_;
  std::unique_ptr<LineEditor> editor_;
  sock::Clock::time_point deadline_;  // when the server's silence is too long
  // When the beginning of a line has waited long enough.
  sock::Clock::time_point flush_time_ = sock::no_deadline;
};

}  // namespace

void run_interactive(Wire& wire, const Options& options, Signals& signals) {
  // Below a line of several rows, Ctrl-C may find the cursor in the middle of it.
  const char* const clear = has_escape_sequences() ? "\r\n\x1b[Jadios\n" : "\nadios\n";
  signals.edit(options.quiet ? "\r\n" : clear);
  Interactive(wire, options, signals).run();
  signals.edit(nullptr);
}

}  // namespace sockclient
