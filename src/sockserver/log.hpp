#pragma once

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "log_event.hpp"
#include "log_sink.hpp"
#include "refusals.hpp"
#include "sock/observer.hpp"
#include "sock/server.hpp"
#include "traffic_dump.hpp"

namespace sockserver {

struct LogOptions {
  LogStyle style = LogStyle::text;
  /// -1: only errors; 0: events; 1: every message; 2: every read and write; 3: TCP. On a terminal,
  /// 0 means 1.
  int verbosity = 0;
  bool hex_dump = false;  ///< all traffic, in addition to the lines
};

/// Logs to stderr what happens in the server: one line and one write for each event. The manual has
/// the table of events and their fields.
///
/// Thread-safe, and never blocks the server: LogSink explains what happens to lines that are not
/// read.
class Log final : public sock::Observer {
 public:
  /// On a terminal, each line of text begins with the time.
  Log(const LogOptions& options, const sock::ServerOptions& server, int fd = STDERR_FILENO);

  void connected(const sock::Client& client) noexcept override;
  void active(const sock::Client& client) noexcept override;
  void read(const sock::Client& client, std::string_view bytes) noexcept override;
  void wrote(const sock::Client& client, std::string_view bytes) noexcept override;
  void received(const sock::Client& client, const sock::Message& message) noexcept override;
  void answered(const sock::Client& client, std::string_view text) noexcept override;
  void fault(const sock::Client& client, sock::Fault done,
             const sock::Faults& asked) noexcept override;
  void closed(const sock::Client& client, const sock::Closing& closing) noexcept override;
  void refused(const sock::Endpoint& peer, sock::Refusal why) noexcept override;
  void kept_out(const sock::Client& client, const sock::KeptOut& how) noexcept override;
  void broken(const sock::Client& client, std::string_view layer,
              std::string_view why) noexcept override;
  void proxied(const sock::Client& client, const sock::ProxyHeader& header) noexcept override;
  void cannot_accept(std::error_code why) noexcept override;
  void not_accepting(const sock::Endpoint& where) noexcept override;
  void tcp_changed(const sock::Client& client, const sock::TcpChange& change) noexcept override;

  /// `open_files` is the system's limit; it is too low for the allowed connections.
  void limited(std::uint64_t open_files) noexcept;
  void stopping(std::string_view signal, std::size_t connections) noexcept;
  void cutting(std::string_view signal) noexcept;
  void totals(const sock::Totals& totals) noexcept;
  /// The user asked for them, so they are logged at every level.
  void totals_so_far(const sock::Totals& totals) noexcept;

 private:
  enum class Level { error, event, message, bytes, tcp };
  enum class Untold { if_it_is_time, all };

  bool shows(Level level) const { return static_cast<int>(level) <= verbosity_ + 1; }
  // `fill` describes the event, in words and in fields.
  template <typename Fill>
  void tell(Level level, std::string_view name, Fill fill) noexcept try {
    if (!shows(level)) return;
    LogLine line;
    LogEvent event(line, form_, name);
    fill(event);
    event.end();
    sink_.write(line.finish());
  } catch (const std::exception&) {  // out of memory: a line is lost, the server goes on
  }
  void tell_connected(Level level, const sock::Client& client) noexcept;
  void tell_text(Level level, std::string_view name, const sock::Client& client,
                 std::string_view text) noexcept;
  void tell_refused(std::uint64_t clients, sock::Refusal why,
                    const sock::Endpoint* peer = nullptr) noexcept;
  void tell_untold(Untold which) noexcept;

  const int verbosity_;
  const bool tells_traffic_;
  const LogForm form_;
  const std::size_t max_connections_;
  const std::chrono::milliseconds grace_;
  LogSink sink_;
  std::optional<TrafficDump> dump_;
  std::mutex refusals_mutex_;
  std::array<Refusals, 2> refusals_;  // one for each sock::Refusal
};

}  // namespace sockserver
