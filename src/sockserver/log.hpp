#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "log_format.hpp"
#include "log_sink.hpp"
#include "refusals.hpp"
#include "sock/observer.hpp"
#include "sock/server.hpp"
#include "traffic_dump.hpp"

namespace sockserver {

enum class LogStyle { text, json };

struct LogOptions {
  LogStyle style = LogStyle::text;
  /// -1 only errors; 0; 1 every message; 2 every read and write. On a terminal, 0 is as talkative
  /// as 1.
  int verbosity = 0;
  bool hex_dump = false;  ///< all traffic, besides the lines
};

/// Tells on stderr what happens in the server: one line an event, one write a line.
///
/// Thread-safe, and never stalls the server: see LogSink for what happens to lines that nobody
/// reads.
class Log final : public sock::Observer {
 public:
  /// On a terminal, each line of text begins with the time.
  Log(const LogOptions& options, const sock::ServerOptions& server);

  void connected(const sock::Client& client) noexcept override;
  void active(const sock::Client& client) noexcept override;
  void read(const sock::Client& client, std::string_view bytes) noexcept override;
  void wrote(const sock::Client& client, std::string_view bytes) noexcept override;
  void received(const sock::Client& client, const sock::Message& message) noexcept override;
  void answered(const sock::Client& client, std::string_view text) noexcept override;
  void closed(const sock::Client& client, const sock::Closing& closing) noexcept override;
  void refused(const sock::Endpoint& peer, sock::Refusal why) noexcept override;
  void cannot_accept(std::error_code why) noexcept override;

  /// `open_files` is the system's limit; fewer than the connections allowed, `most`, need.
  void limited(std::uint64_t open_files, std::uint64_t most) noexcept;
  void stopping(std::string_view signal, std::size_t connections) noexcept;
  void cutting(std::string_view signal) noexcept;
  void totals(const sock::Totals& totals) noexcept;
  /// Asked for by the user, so said even if only errors are.
  void totals_so_far(const sock::Totals& totals) noexcept;

 private:
  enum class Level { error, event, message, bytes };

  bool shows(Level level) const;
  template <typename Event, typename... Arguments>
  void tell(Event event, const Arguments&... arguments) noexcept;
  using Direction = void (TrafficDump::*)(const sock::Client&, std::string_view);
  void dump(Direction direction, const sock::Client& client, std::string_view bytes) noexcept;
  enum class Untold { if_it_is_time, all };
  void tell_refused(Untold which) noexcept;

  const int verbosity_;
  const std::unique_ptr<const LogFormat> format_;
  LogSink sink_;
  std::optional<TrafficDump> dump_;
  std::mutex refusals_mutex_;
  std::array<Refusals, 2> refusals_;  // for each sock::Refusal
};

}  // namespace sockserver
