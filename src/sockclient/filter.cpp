#include "filter.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "eol.hpp"
#include "failure.hpp"
#include "output.hpp"
#include "printer.hpp"
#include "program/values.hpp"
#include "sock/wait.hpp"

namespace sockclient {
namespace {

// stdin to the server, on a thread of its own: whatever it waits for, the destructor ends it.
class Sender {
 public:
  Sender(Wire& wire, const Options& options)
      : wire_(wire), options_(options), stop_(::eventfd(0, EFD_CLOEXEC)) {
    if (stop_ < 0) throw Failure("cannot make an eventfd");
    thread_ = std::thread([this] { run(); });
  }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  ~Sender() {
    stop();
    ::close(stop_);
  }

  void stop() {
    ::eventfd_write(stop_, 1);
    if (thread_.joinable()) thread_.join();
  }

  // Ends it, and throws what it failed with.
  void finish() {
    stop();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void run() noexcept {
    try {
      if (!send_all()) return;
    } catch (...) {
      failure_ = std::current_exception();
    }
    if (options_.shutdown) {
      report(options_, "end of input: half-closing");
      wire_.end_sending();
    }
  }

  // False: it was ended, or the server takes no more.
  bool send_all() {
    std::optional<EolFilter> filter;
    if (options_.eol) filter.emplace(*options_.eol);
    std::vector<char> buffer(64 * 1024);
    std::string converted;
    while (wait(STDIN_FILENO, POLLIN)) {
      const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
      if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (got < 0 && errno != EIO) {
        throw Failure("cannot read stdin: " + std::system_category().message(errno));
      }
      const bool is_end = got <= 0;
      std::string_view text(buffer.data(), is_end ? 0 : static_cast<std::size_t>(got));
      if (filter) {
        converted.clear();
        filter->convert(text, converted);
        if (is_end) filter->finish(converted);
        text = converted;
      }
      if (!send(text)) return false;
      if (is_end) return true;
    }
    return false;
  }

  bool send(std::string_view text) {
    while (!text.empty()) {
      // After an error there is nothing to write to; the receiving side says what happened.
      if (!wait(wire_.descriptor(), POLLOUT) || !wire_.offer(text)) return false;
    }
    return true;
  }

  // False: it is to end, or (with POLLOUT) nobody reads any more.
  bool wait(int fd, short events) const {
    std::array<pollfd, 2> both{{{fd, events, 0}, {stop_, POLLIN, 0}}};
    while (::poll(both.data(), both.size(), -1) < 0) {
    }
    return both[1].revents == 0 && (events == POLLIN || (both[0].revents & POLLERR) == 0);
  }

  Wire& wire_;
  const Options& options_;
  int stop_;
  std::exception_ptr failure_;
  std::thread thread_;
};

// Waits for the server; also for a stdout that nobody reads any more.
void wait_for_server(const Wire& wire, const Options& options) {
  const auto idle = options.idle.value_or(std::chrono::milliseconds(0));
  const auto deadline = idle.count() > 0 ? sock::Clock::now() + idle : sock::no_deadline;
  std::array<pollfd, 2> both{{{wire.descriptor(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}}};
  int ready = 0;
  do {
    ready = ::poll(both.data(), both.size(), sock::poll_timeout(deadline));
  } while (ready < 0);
  if (ready == 0) throw Failure("nothing came for " + program::to_text(idle));
  if ((both[1].revents & (POLLERR | POLLHUP)) != 0) throw OutputClosed{};
}

}  // namespace

void run_filter(Wire& wire, const Options& options) {
  Printer printer(options);
  Sender sender(wire, options);
  for (;;) {
    wait_for_server(wire, options);
    const auto came = wire.read();
    if (came.empty()) break;
    printer.print(came);
  }
  printer.finish();
  sender.finish();
}

}  // namespace sockclient
