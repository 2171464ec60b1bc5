#pragma once

#include <string>
#include <vector>

#include "log_format.hpp"

namespace sockserver {

/// Lines for programs: one JSON object (RFC 8259) a line.
///
/// Every object begins with `time` (RFC 3339, UTC, milliseconds) and `event`. What it has besides:
///
///     connected              conn peer
///     read wrote             conn peer bytes text      one system call; only with -vv
///     received answered      conn peer bytes text      one message; only with -v
///     closed                 conn peer why bytes_in bytes_out duration_ms
///                            why: client server lost idle too_slow stopped
///     refused                clients why, and peer if it is one client; why: full no_resources
///     cannot_accept          error
///     limited                open_files max_conns
///     stopping               signal connections grace_ms
///     cutting                signal
///     totals                 active served refused bytes_in bytes_out peak
///     lost                   lines
///     listening (on stdout)  port addresses protocol mode
///
/// `conn` is the connection's number, `peer` its `address:port`. `text` is cut at 200 characters;
/// then `"cut":true` follows, and `bytes` says how many there were. Bytes that are not UTF-8 become
/// U+FFFD, one for each; control, invisible and bidirectional characters are written as \u escapes.
/// All other strings are ASCII. Keys and events may be added, in any place; none is changed.
class JsonFormat final : public LogFormat {
 public:
  explicit JsonFormat(const sock::ServerOptions& options) : grace_(options.grace) {}

  /// The line on stdout, as long as the addresses make it.
  static std::string listening(Time now, std::uint16_t port,
                               const std::vector<std::string>& addresses, std::string_view protocol,
                               std::string_view mode);

  void begin(LogLine& line, Time now) const override;
  void end(LogLine& line) const override;

  void connected(LogLine& line, const sock::Client& client) const override;
  void read(LogLine& line, const sock::Client& client, std::string_view bytes) const override;
  void wrote(LogLine& line, const sock::Client& client, std::string_view bytes) const override;
  void received(LogLine& line, const sock::Client& client, std::string_view text) const override;
  void answered(LogLine& line, const sock::Client& client, std::string_view text) const override;
  void closed(LogLine& line, const sock::Client& client,
              const sock::Closing& closing) const override;
  void refused(LogLine& line, const sock::Endpoint& peer, sock::Refusal why) const override;
  void refused_more(LogLine& line, std::uint64_t clients, sock::Refusal why) const override;
  void cannot_accept(LogLine& line, std::error_code why) const override;
  void limited(LogLine& line, std::uint64_t open_files, std::uint64_t most) const override;
  void stopping(LogLine& line, std::string_view signal, std::size_t connections) const override;
  void cutting(LogLine& line, std::string_view signal) const override;
  void totals(LogLine& line, const sock::Totals& totals) const override;
  void totals_so_far(LogLine& line, const sock::Totals& totals) const override;
  void lost(LogLine& line, std::uint64_t lines) const override;

 private:
  std::chrono::milliseconds grace_;
};

}  // namespace sockserver
