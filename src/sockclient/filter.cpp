#include "filter.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "output.hpp"
#include "pieces.hpp"
#include "screen.hpp"
#include "sock/wait.hpp"

namespace sockclient {
namespace {

using sock::Clock;

// Both directions in one thread. They do not wait for each other: a blocked send or write holds
// back only its own direction.
class Filter {
 public:
  Filter(Wire& wire, const Options& options)
      : wire_(wire), options_(options), screen_(screen_for(options)), pieces_(options) {}

  void run() {
    try {
      wire_.start(receive_);
      while (!wire_.server_ended() && !is_silent()) turn();
    } catch (const Failure&) {
      write_out(output_.substr(written_) + screen_.finish());
      throw;
    }
    write_out(output_.substr(written_) + screen_.finish());
  }

 private:
  void turn() {
    const bool has_output = written_ < output_.size();
    const int to_wire = unsent_ && Clock::now() >= wire_.resumes() ? POLLOUT : 0;
    const int from_wire = has_output || wire_.is_deaf() ? 0 : POLLIN;
    const auto events = static_cast<short>(to_wire | from_wire);
    std::array<pollfd, 3> all{
        {{!unsent_ && !has_ended_ ? STDIN_FILENO : -1, POLLIN, 0},
         {events == 0 && !wire_.is_deaf() ? -1 : wire_.descriptor(), events, 0},
         {STDOUT_FILENO, static_cast<short>(has_output ? POLLOUT : 0), 0}}};
    if (::poll(all.data(), all.size(), sock::poll_timeout(deadline())) < 0) return;
    if ((all[2].revents & (POLLERR | POLLHUP)) != 0) throw OutputClosed{};
    if (all[2].revents != 0) write_some();
    if (wire_.is_deaf() && (all[1].revents & (POLLHUP | POLLERR)) != 0) wire_.hung_up();
    // Read first: offer() may change the connection, for which poll() has not reported anything.
    if (from_wire != 0 && (all[1].revents & ~POLLOUT) != 0) wire_.read(receive_);
    if (to_wire != 0 && (all[1].revents & ~POLLIN) != 0) send_some();
    if (all[0].revents != 0) read_some();
    follow_clock();
  }

  void send_some() {
    switch (wire_.offer(*unsent_, receive_)) {
      case Wire::Sending::done:
        unsent_ = pieces_.next();
        if (has_ended_) quiet_since_ = Clock::now();
        break;
      case Wire::Sending::pending:
        break;
      case Wire::Sending::refused:
        unsent_ = {};
        has_ended_ = has_half_closed_ = true;
        break;
    }
  }

  // A pipe that is ready takes this much without blocking.
  void write_some() {
    const auto piece = std::string_view(output_).substr(written_, PIPE_BUF);
    write_out(piece);
    written_ += piece.size();
    if (written_ == output_.size()) quiet_since_ = Clock::now();  // nothing was read until now
  }

  void read_some() {
    has_ended_ = !read_input(input_);
    pieces_.add(input_);
    unsent_ = pieces_.next();
    if (has_ended_) quiet_since_ = Clock::now();
  }

  void follow_clock() {
    wire_.look();
    const auto now = Clock::now();
    if (is_all_sent() && options_.half_closes() && !has_half_closed_ && now >= wire_.settles()) {
      report(options_, "end of input: half-closing");
      wire_.end_sending();
      has_half_closed_ = true;
    }
    if (written_ == output_.size()) wire_.check_idle();
  }

  Wire::Time deadline() const {
    auto when = wire_.next_look();
    if (written_ == output_.size()) when = std::min(when, wire_.idle_deadline());
    if (unsent_ && wire_.resumes() > Clock::now()) when = std::min(when, wire_.resumes());
    if (may_be_silent()) when = std::min(when, silent_at());
    const bool will_half_close = options_.half_closes() && !has_half_closed_;
    return is_all_sent() && will_half_close ? std::min(when, wire_.settles()) : when;
  }

  bool is_all_sent() const { return has_ended_ && !unsent_; }
  // While output waits, nothing is read, so the server's silence is unknown.
  bool may_be_silent() const {
    return is_all_sent() && written_ == output_.size() && options_.until_silent;
  }
  bool is_silent() const { return may_be_silent() && Clock::now() >= silent_at(); }
  Wire::Time silent_at() const { return quiet_since_ + *options_.until_silent; }

  Wire& wire_;
  const Options& options_;
  Screen screen_;
  std::string input_;
  Pieces pieces_;                           // of `input_`
  std::optional<std::string_view> unsent_;  // the piece being sent
  bool has_ended_ = false;                  // stdin
  bool has_half_closed_ = false;
  std::string output_;       // received text, as it is shown
  std::size_t written_ = 0;  // bytes of output_ already written; more is read only when all are
  Wire::Time quiet_since_ = Clock::now();
  const Wire::Receiver receive_ = [this](std::string_view came) {
    output_.erase(0, std::exchange(written_, 0));
    output_ += screen_.show(came);
    quiet_since_ = Clock::now();
  };
};

}  // namespace

void run_filter(Wire& wire, const Options& options) { Filter(wire, options).run(); }

}  // namespace sockclient
