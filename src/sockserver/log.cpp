#include "log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <exception>
#include <iterator>

#include "program/values.hpp"
#include "sock/escape.hpp"

namespace {

using program::size_text;
using program::to_text;

constexpr int out = STDERR_FILENO;
constexpr std::size_t longest_text = 200;   // characters of a peer's text in one line
constexpr std::size_t longest_line = 4096;  // bytes; PIPE_BUF on Linux: one write, never in parts

bool is_file(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

// A peer's text, safe to show and not too long: `"hola"`, or `"aaaa"... (65536 bytes)`.
std::string quoted(std::string_view text) {
  // A character has at most four bytes, and no escape is shorter than what it stands for.
  const std::string safe = sock::escaped(text.substr(0, 4 * longest_text));
  std::size_t end = 0;
  std::size_t characters = 0;
  while (end < safe.size()) {
    const bool begins_one = (static_cast<unsigned char>(safe[end]) & 0xC0) != 0x80;
    if (begins_one && ++characters > longest_text) break;
    ++end;
  }
  if (end == safe.size() && text.size() <= 4 * longest_text) return fmt::format("\"{}\"", safe);
  return fmt::format("\"{}\"... ({} bytes)", std::string_view(safe).substr(0, end), text.size());
}

const char* words_for(sock::End why) {
  switch (why) {
    case sock::End::peer_closed:
      return "closed by client";
    case sock::End::lost:
      return "connection lost";
    case sock::End::idle:
      return "idle";
    case sock::End::too_slow:
      return "too slow";
    case sock::End::stopped:
      return "stopped";
    case sock::End::by_server:
      return "closed by server";
  }
  return "closed";
}

std::string plural(std::uint64_t n, const char* one) {
  return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s");
}

}  // namespace

Log::Log(int verbosity, const sock::ServerOptions& options)
    : on_terminal_(::isatty(out) != 0),
      may_stall_(!is_file(out)),
      verbosity_(verbosity == 0 && on_terminal_ ? 1 : verbosity),
      max_connections_(options.max_connections),
      grace_(options.grace) {}

bool Log::shows(Level level) const { return static_cast<int>(level) <= verbosity_ + 1; }

template <typename... Arguments>
void Log::line(Level level, const char* format, const Arguments&... arguments) noexcept try {
  if (!shows(level)) return;
  std::string line;
  if (on_terminal_) line = fmt::format("{:%H:%M:%S} ", fmt::localtime(std::time(nullptr)));
  fmt::vformat_to(std::back_inserter(line), format, fmt::make_format_args(arguments...));
  write(std::move(line));
} catch (const std::exception&) {  // out of memory: a line is lost, the server goes on
}

void Log::write(std::string line) {
  line.resize(std::min(line.size(), longest_line - 1));
  line += '\n';
  const std::lock_guard lock(mutex_);
  pollfd ready{out, POLLOUT, 0};
  if (may_stall_ && ::poll(&ready, 1, 0) == 0) {
    ++lost_;
    return;
  }
  if (lost_ > 0) {
    const std::string lost = plural(std::exchange(lost_, 0), "log line") + " lost\n";
    if (line.size() + lost.size() <= longest_line) line.insert(0, lost);
  }
  [[maybe_unused]] const auto written = ::write(out, line.data(), line.size());
}

void Log::connected(const sock::Client& client) noexcept {
  // Without -v, a client that comes and goes without a byte (a port probe) is not worth a line.
  if (shows(Level::message)) {
    line(Level::event, "#{} connected from {}", client.id, to_string(client.address));
  }
}

void Log::active(const sock::Client& client) noexcept {
  if (!shows(Level::message)) {
    line(Level::event, "#{} connected from {}", client.id, to_string(client.address));
  }
}

void Log::read(const sock::Client& client, std::string_view bytes) noexcept {
  if (!shows(Level::bytes)) return;
  line(Level::bytes, "#{} read {}: {}", client.id, plural(bytes.size(), "byte"), quoted(bytes));
}

void Log::wrote(const sock::Client& client, std::string_view bytes) noexcept {
  if (!shows(Level::bytes)) return;
  line(Level::bytes, "#{} wrote {}: {}", client.id, plural(bytes.size(), "byte"), quoted(bytes));
}

void Log::received(const sock::Client& client, const sock::Message& message) noexcept {
  if (!shows(Level::message)) return;
  line(Level::message, "#{} received {}", client.id, quoted(message.text));
}

void Log::answered(const sock::Client& client, std::string_view text) noexcept {
  if (!shows(Level::message)) return;
  line(Level::message, "#{} answered {}", client.id, quoted(text));
}

void Log::closed(const sock::Client& client, const sock::Closing& closing) noexcept {
  const bool silent = closing.bytes_in == 0 && closing.bytes_out == 0;
  if (silent && !shows(Level::message)) return;
  line(Level::event, "#{} {}: {} in, {} out, {}", client.id, words_for(closing.why),
       size_text(closing.bytes_in), size_text(closing.bytes_out), to_text(closing.duration));
}

void Log::refused(const sock::Endpoint& peer, sock::Refusal why) noexcept {
  if (why == sock::Refusal::full) {
    line(Level::event, "refused {}: {} already", to_string(peer),
         plural(max_connections_, "connection"));
  } else {
    line(Level::event, "refused {}: the system gives no more threads or descriptors",
         to_string(peer));
  }
}

void Log::cannot_accept(std::error_code why) noexcept {
  line(Level::error, "cannot accept connections: {}; trying again", why.message());
}

void Log::stopping(std::string_view signal, std::size_t connections) noexcept {
  line(Level::event, "stopping ({}), {}, up to {}", signal, plural(connections, "connection"),
       to_text(grace_));
}

void Log::cutting(std::string_view signal) noexcept {
  line(Level::event, "cutting what is left ({})", signal);
}

void Log::totals(const sock::Totals& totals) noexcept {
  line(Level::event, "served {} ({} refused), {} in, {} out, peak {}",
       plural(totals.served, "connection"), totals.refused, size_text(totals.bytes_in),
       size_text(totals.bytes_out), totals.peak);
}
