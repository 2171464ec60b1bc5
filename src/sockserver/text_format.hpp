#pragma once

#include "log_format.hpp"

namespace sockserver {

/// Lines for people: `#7 received "hola"`.
class TextFormat final : public LogFormat {
 public:
  /// `with_time`: the time of day, of this place, in front of each line.
  TextFormat(const sock::ServerOptions& options, bool with_time)
      : max_connections_(options.max_connections), grace_(options.grace), with_time_(with_time) {}

  void begin(LogLine& line, Time now) const override;
  void end(LogLine&) const override {}

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
  void append_why(LogLine& line, sock::Refusal why) const;

  std::size_t max_connections_;
  std::chrono::milliseconds grace_;
  bool with_time_;
};

}  // namespace sockserver
