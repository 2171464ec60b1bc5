#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "options.hpp"
#include "ping_session.hpp"
#include "sock/wait.hpp"

namespace sockclient {

/// Reports the pings on stdout, in words or as JSON. With -q, only problems and the summary. All
/// methods throw OutputClosed, or Failure.
class PingReport {
 public:
  using Duration = sock::Clock::duration;

  explicit PingReport(const Options& options) : options_(options) {}

  /// `outage` is how long there was no connection, or nullopt for the first connection.
  void connected(Duration connect_time, std::optional<Duration> outage);

  /// Also called if no new connection can be made.
  void connection_lost(Reason why, const std::string& words);

  void tell(const PingEvent& told);

  struct Ends {
    std::optional<Duration> connect_time;
    std::optional<std::chrono::microseconds> system_rtt;
  };
  void summary(const PingSession& session, const Ends& ends);

 private:
  const Options& options_;
  std::string last_words_;  // about the connection; not repeated if unchanged
};

}  // namespace sockclient
