#include "interactive.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "editor.hpp"
#include "eol.hpp"
#include "outgoing.hpp"
#include "output.hpp"
#include "screen.hpp"
#include "sock/wait.hpp"

namespace sockclient {
namespace {

using sock::Clock;

// How long the beginning of a line waits for its end. The delay is not noticed; a line sent in one
// go arrives within it, however many reads it takes.
constexpr std::chrono::milliseconds patience{50};

class Interactive {
 public:
  Interactive(Wire& wire, const Options& options, Signals& signals, Terminal& terminal)
      : wire_(wire),
        outgoing_(wire),
        options_(options),
        signals_(signals),
        terminal_(terminal),
        has_colour_(wants_colour(options, STDOUT_FILENO)),
        style_(has_escape_sequences() ? Editor::Style::drawn : Editor::Style::plain),
        screen_(Screen::Layout::rows, {.raw = options.raw,
                                       .styled = has_colour_,
                                       .whole = options.udp,
                                       .time = options.timestamps ? local_time : TimeOfDay()}),
        editor_(options.quiet ? "" : "> ", style_) {
    // A report may go to the same terminal.
    wire_.before_telling([this] { write_out(editor_.erase()); });
  }
  Interactive(const Interactive&) = delete;
  Interactive& operator=(const Interactive&) = delete;
  ~Interactive() {
    wire_.before_telling([] {});
  }

  void run() {
    notice(fmt::format("{} {}; \"quit\" or Ctrl-D leaves",
                       options_.udp ? "datagrams go to" : "connected to",
                       to_string(options_.server)));
    bracket_pastes(true);
    try {
      wire_.start(print_);
      converse();
      if (!outgoing_.send_all(print_)) server_left_ = true;
    } catch (const Failure&) {
      write_out(editor_.erase() + screen_.finish());
      bracket_pastes(false);
      throw;
    }
    bracket_pastes(false);
    const bool server_left = server_left_ || wire_.server_ended();
    wire_.say_goodbye(print_);
    write_out(screen_.finish());
    if (server_left) notice("the server closed the connection");
  }

 private:
  void converse() {
    while (!server_left_ && !wire_.server_ended()) {
      switch (editor_.next()) {
        case Editor::Event::none:
          wait();
          break;
        case Editor::Event::line:
          if (!send(line_end(options_.eol))) return;
          break;
        case Editor::Event::unended:
          send("");
          break;
        case Editor::Event::end:
          return write_out(editor_.erase());
      }
    }
    write_out(editor_.erase());
  }

  // Returns false after the last line.
  bool send(std::string_view end) {
    const auto [line, shown] = editor_.take(size_);
    write_out(shown);
    outgoing_.add(line + std::string(end));
    server_left_ = !outgoing_.send_some(print_);
    return line != "quit";
  }

  // Waits for the next event. Text from the server is shown above the line being typed.
  void wait() {
    write_out(editor_.draw(size_));
    if (editor_.is_quoting() != is_quoting_) terminal_.quote(is_quoting_ = editor_.is_quoting());
    const int from_wire = wire_.is_deaf() ? 0 : POLLIN;
    const int to_wire = outgoing_.events();
    std::array<pollfd, 3> all{{{outgoing_.is_full() ? -1 : STDIN_FILENO, POLLIN, 0},
                               {wire_.descriptor(), static_cast<short>(from_wire | to_wire), 0},
                               {signals_.descriptor(), POLLIN, 0}}};
    const auto deadline =
        std::min({wire_.idle_deadline(), flush_time_, wire_.next_look(), outgoing_.resumes()});
    if (::poll(all.data(), all.size(), sock::poll_timeout(deadline)) < 0) return;
    follow_size();
    follow_clock();
    if (all[2].revents != 0) follow_signals();
    if (wire_.is_deaf() && (all[1].revents & (POLLHUP | POLLERR)) != 0) wire_.hung_up();
    if (from_wire != 0 && (all[1].revents & ~POLLOUT) != 0) hear();
    if (to_wire != 0 && (all[1].revents & ~POLLIN) != 0) send_more();
    if (all[0].revents != 0) read_keys();
  }

  // -v may report a fault, which is to be shown above the line being typed.
  void send_more() {
    if (options_.verbosity > 0) write_out(editor_.erase());
    if (!outgoing_.send_some(show_)) server_left_ = true;
  }

  void read_keys() {
    std::string bytes;
    if (!read_input(bytes)) editor_.end_input();
    editor_.type(bytes);
  }

  // Checked not only after SIGWINCH, which may arrive later than other events.
  void follow_size() {
    const Size size = terminal_.size();
    if (size == size_) return;
    size_ = size;
    editor_.resize(size_, [this] {
      std::string typed;
      const auto column = terminal_.ask_column(typed);
      editor_.type(typed);
      return column;
    });
  }

  void follow_signals() {
    const auto taken = signals_.take();
    if (taken.go_on) editor_.forget();
    if (taken.stop) {
      write_out(editor_.erase());
      bracket_pastes(false);
      signals_.suspend();
    }
    if (taken.go_on || taken.stop) bracket_pastes(true);
  }

  void follow_clock() {
    wire_.look();
    wire_.check_idle();
    if (Clock::now() < flush_time_) return;
    flush_time_ = sock::no_deadline;
    show(screen_.flush());
  }

  void hear() { wire_.read(show_); }

  // In one write, so that the screen is never seen without the line.
  void show(const std::string& rows) {
    if (rows.empty()) return;
    const std::string erased = editor_.erase();
    write_out(erased + rows + editor_.draw(size_));
  }

  std::string rows_of(std::string_view came) {
    std::string rows = screen_.show(came);
    // The time of a waiting line starts when the line before it ended.
    if (!rows.empty() || flush_time_ == sock::no_deadline) {
      flush_time_ = screen_.has_waiting() ? Clock::now() + patience : sock::no_deadline;
    }
    return rows;
  }

  void notice(const std::string& text) const {
    if (options_.quiet) return;
    write_out(has_colour_ ? "\x1b[2m" + text + "\x1b[0m\n" : text + "\n");
  }

  void bracket_pastes(bool on) const {
    if (style_ == Editor::Style::drawn) write_out(on ? "\x1b[?2004h" : "\x1b[?2004l");
  }

  Wire& wire_;
  Outgoing outgoing_;
  const Options& options_;
  Signals& signals_;
  Terminal& terminal_;
  bool has_colour_;
  Editor::Style style_;
  Screen screen_;
  Editor editor_;
  Size size_ = terminal_.size();  // the line is drawn for this size
  bool is_quoting_ = false;
  bool server_left_ = false;  // the server has closed and takes no more
  // When the waiting beginning of a line is shown.
  Wire::Time flush_time_ = sock::no_deadline;
  // Writes received text above the line being typed, or where there is none.
  const Wire::Receiver show_ = [this](std::string_view came) { show(rows_of(came)); };
  const Wire::Receiver print_ = [this](std::string_view came) { write_out(rows_of(came)); };
};

}  // namespace

void run_interactive(Wire& wire, const Options& options, Signals& signals, Terminal& terminal) {
  // At Ctrl-C, the cursor may be in the middle of a line of several rows.
  const bool is_drawn = has_escape_sequences();
  const char* const clear = is_drawn ? "\r\n\x1b[J\x1b[?2004ladios\n" : "\nadios\n";
  const char* const quietly = is_drawn ? "\r\n\x1b[?2004l" : "\n";
  signals.edit(options.quiet ? quietly : clear);
  Interactive(wire, options, signals, terminal).run();
  signals.edit(nullptr);
}

}  // namespace sockclient
