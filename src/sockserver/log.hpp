#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "sock/observer.hpp"
#include "sock/server.hpp"

/// Tells on stderr what happens in the server: one line an event, one write a line.
///
/// Thread-safe. A reader that does not keep up (a full pipe, a stopped terminal) never stalls the
/// server: lines are dropped, and counted in the next line that can be written.
class Log final : public sock::Observer {
 public:
  /// `verbosity`: -1 only errors; 0; 1 every message; 2 every read and write. On a terminal, 0 is
  /// as talkative as 1, and each line begins with the time.
  explicit Log(int verbosity, const sock::ServerOptions& options);

  void connected(const sock::Client& client) noexcept override;
  void active(const sock::Client& client) noexcept override;
  void read(const sock::Client& client, std::string_view bytes) noexcept override;
  void wrote(const sock::Client& client, std::string_view bytes) noexcept override;
  void received(const sock::Client& client, const sock::Message& message) noexcept override;
  void answered(const sock::Client& client, std::string_view text) noexcept override;
  void closed(const sock::Client& client, const sock::Closing& closing) noexcept override;
  void refused(const sock::Endpoint& peer, sock::Refusal why) noexcept override;
  void cannot_accept(std::error_code why) noexcept override;

  void stopping(std::string_view signal, std::size_t connections) noexcept;
  void cutting(std::string_view signal) noexcept;
  void totals(const sock::Totals& totals) noexcept;

 private:
  enum class Level { error, event, message, bytes };

  bool shows(Level level) const;
  template <typename... Arguments>
  void line(Level level, const char* format, const Arguments&... arguments) noexcept;
  void write(std::string line);

  const bool on_terminal_;
  const bool may_stall_;  // stderr is a pipe or the like, not a file
  const int verbosity_;
  const std::size_t max_connections_;
  const std::chrono::milliseconds grace_;
  std::mutex mutex_;  // one line at a time, so that poll's word holds for the write
  std::uint64_t lost_ = 0;
};
