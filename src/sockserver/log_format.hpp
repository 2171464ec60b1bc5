#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "log_line.hpp"
#include "sock/observer.hpp"
#include "sock/server.hpp"

namespace sockserver {

/// How events are put into lines: begin(), one event, end().
///
/// Knows no clock and writes nothing. From any thread.
class LogFormat {
 public:
  using Time = std::chrono::system_clock::time_point;

  virtual ~LogFormat() = default;

  virtual void begin(LogLine& line, Time now) const = 0;
  virtual void end(LogLine& line) const = 0;

  virtual void connected(LogLine& line, const sock::Client& client) const = 0;
  virtual void read(LogLine& line, const sock::Client& client, std::string_view bytes) const = 0;
  virtual void wrote(LogLine& line, const sock::Client& client, std::string_view bytes) const = 0;
  virtual void received(LogLine& line, const sock::Client& client, std::string_view text) const = 0;
  virtual void answered(LogLine& line, const sock::Client& client, std::string_view text) const = 0;
  virtual void closed(LogLine& line, const sock::Client& client,
                      const sock::Closing& closing) const = 0;
  virtual void refused(LogLine& line, const sock::Endpoint& peer, sock::Refusal why) const = 0;
  virtual void refused_more(LogLine& line, std::uint64_t clients, sock::Refusal why) const = 0;
  virtual void cannot_accept(LogLine& line, std::error_code why) const = 0;
  /// The system's limit on open files is less than the connections allowed need.
  virtual void limited(LogLine& line, std::uint64_t open_files, std::uint64_t most) const = 0;
  virtual void stopping(LogLine& line, std::string_view signal, std::size_t connections) const = 0;
  virtual void cutting(LogLine& line, std::string_view signal) const = 0;
  virtual void totals(LogLine& line, const sock::Totals& totals) const = 0;
  /// While it serves.
  virtual void totals_so_far(LogLine& line, const sock::Totals& totals) const = 0;
  /// So many lines before this one could not be written.
  virtual void lost(LogLine& line, std::uint64_t lines) const = 0;
};

}  // namespace sockserver
