#include "log.hpp"

#include <unistd.h>

#include <chrono>
#include <exception>

#include "json_format.hpp"
#include "text_format.hpp"

namespace sockserver {
namespace {

constexpr int out = STDERR_FILENO;

bool on_terminal() { return ::isatty(out) != 0; }

std::unique_ptr<LogFormat> make_format(LogStyle style, const sock::ServerOptions& options) {
  if (style == LogStyle::json) return std::make_unique<JsonFormat>(options);
  return std::make_unique<TextFormat>(options, on_terminal());
}

}  // namespace

Log::Log(const LogOptions& options, const sock::ServerOptions& server)
    : verbosity_(options.verbosity == 0 && on_terminal() ? 1 : options.verbosity),
      format_(make_format(options.style, server)),
      sink_(out, [this](LogLine& line, std::uint64_t lost) {
        format_->begin(line, std::chrono::system_clock::now());
        format_->lost(line, lost);
        format_->end(line);
      }) {
  if (options.hex_dump) dump_.emplace(sink_);
}

bool Log::shows(Level level) const { return static_cast<int>(level) <= verbosity_ + 1; }

// `event`: the method of the format that tells it.
template <typename Event, typename... Arguments>
void Log::tell(Event event, const Arguments&... arguments) noexcept try {
  LogLine line;
  format_->begin(line, std::chrono::system_clock::now());
  (*format_.*event)(line, arguments...);
  format_->end(line);
  sink_.write(line.finish());
} catch (const std::exception&) {  // out of memory: a line is lost, the server goes on
}

void Log::dump(Direction direction, const sock::Client& client, std::string_view bytes) noexcept
    try {
  ((*dump_).*direction)(client, bytes);
} catch (const std::exception&) {  // out of memory, as above
}

void Log::connected(const sock::Client& client) noexcept {
  // Without -v, a client that comes and goes without a byte (a port probe) is not worth a line.
  if (shows(Level::message)) tell(&LogFormat::connected, client);
}

void Log::active(const sock::Client& client) noexcept {
  if (shows(Level::event) && !shows(Level::message)) tell(&LogFormat::connected, client);
}

void Log::read(const sock::Client& client, std::string_view bytes) noexcept {
  if (shows(Level::bytes)) tell(&LogFormat::read, client, bytes);
  if (dump_) dump(&TrafficDump::read, client, bytes);
}

void Log::wrote(const sock::Client& client, std::string_view bytes) noexcept {
  if (shows(Level::bytes)) tell(&LogFormat::wrote, client, bytes);
  if (dump_) dump(&TrafficDump::wrote, client, bytes);
}

void Log::received(const sock::Client& client, const sock::Message& message) noexcept {
  if (shows(Level::message)) tell(&LogFormat::received, client, message.text);
}

void Log::answered(const sock::Client& client, std::string_view text) noexcept {
  if (shows(Level::message)) tell(&LogFormat::answered, client, text);
}

void Log::closed(const sock::Client& client, const sock::Closing& closing) noexcept {
  const bool silent = closing.bytes_in == 0 && closing.bytes_out == 0;
  if (dump_) dump_->closed(client);
  tell_refused(Untold::if_it_is_time);
  if (shows(silent ? Level::message : Level::event)) tell(&LogFormat::closed, client, closing);
}

void Log::refused(const sock::Endpoint& peer, sock::Refusal why) noexcept {
  if (!shows(Level::event)) return;
  std::uint64_t clients = 0;
  {
    const std::lock_guard lock(refusals_mutex_);
    clients = refusals_.at(static_cast<std::size_t>(why)).refuse(std::chrono::steady_clock::now());
  }
  if (clients == 1) tell(&LogFormat::refused, peer, why);
  if (clients > 1) tell(&LogFormat::refused_more, clients, why);
}

// Those of a flood that have had no line yet.
void Log::tell_refused(Untold which) noexcept {
  if (!shows(Level::event)) return;
  const auto now = std::chrono::steady_clock::now();
  for (const auto why : {sock::Refusal::full, sock::Refusal::no_resources}) {
    std::uint64_t clients = 0;
    {
      const std::lock_guard lock(refusals_mutex_);
      auto& refusals = refusals_.at(static_cast<std::size_t>(why));
      clients = which == Untold::all ? refusals.tell_rest() : refusals.tell(now);
    }
    if (clients > 0) tell(&LogFormat::refused_more, clients, why);
  }
}

void Log::cannot_accept(std::error_code why) noexcept { tell(&LogFormat::cannot_accept, why); }

void Log::limited(std::uint64_t open_files, std::uint64_t most) noexcept {
  if (shows(Level::event)) tell(&LogFormat::limited, open_files, most);
}

void Log::stopping(std::string_view signal, std::size_t connections) noexcept {
  tell_refused(Untold::all);
  if (shows(Level::event)) tell(&LogFormat::stopping, signal, connections);
}

void Log::cutting(std::string_view signal) noexcept {
  if (shows(Level::event)) tell(&LogFormat::cutting, signal);
}

void Log::totals(const sock::Totals& totals) noexcept {
  tell_refused(Untold::all);
  if (shows(Level::event)) tell(&LogFormat::totals, totals);
}

void Log::totals_so_far(const sock::Totals& totals) noexcept {
  tell_refused(Untold::all);
  tell(&LogFormat::totals_so_far, totals);
}

}  // namespace sockserver
