#pragma once

#include <asio/ip/tcp.hpp>
#include <chrono>
#include <optional>
#include <system_error>
#include <vector>

#include "sock/endpoint.hpp"
#include "sock/wait.hpp"

namespace sock {

/// Connects to that of several addresses which answers first (RFC 8305, "Happy Eyeballs", 5).
///
/// They are tried in order, the families taking turns (there, 4). The next attempt begins when one
/// has failed, or after a time without an answer; those that have begun go on meanwhile. One
/// thread; run() once.
class ConnectionAttempts {
 public:
  /// The time between two attempts (there, 8).
  static constexpr std::chrono::milliseconds usual_delay{250};

  /// With a deadline the delay is at most a fair share of the time until then, so that each of
  /// `addresses` (one or more, of the family of `source` if there is one) is tried.
  ConnectionAttempts(const std::vector<asio::ip::tcp::endpoint>& addresses,
                     Clock::time_point deadline, Clock::duration delay = usual_delay,
                     std::optional<Endpoint> source = {});

  struct Connection {
    asio::ip::tcp::socket socket;
    asio::ip::tcp::endpoint peer;
  };

  /// The first that is connected; the others are closed. Nothing: all have failed, or the deadline
  /// has come.
  std::optional<Connection> run();

  /// After a failure: the addresses tried, and why the last of them failed.
  std::vector<asio::ip::tcp::endpoint> tried() const;
  std::error_code error() const { return attempts_.back().error; }

 private:
  struct Attempt {
    asio::ip::tcp::endpoint peer;
    asio::ip::tcp::socket socket;
    std::error_code error;  // set when it has failed

    bool has_failed() const { return static_cast<bool>(error); }
  };

  bool are_all_started() const { return attempts_.size() == addresses_.size(); }
  void start_next();
  Attempt* wait_until(Clock::time_point until);
  void fail(Attempt& attempt, std::error_code error);
  std::nullopt_t give_up();

  const std::vector<asio::ip::tcp::endpoint> addresses_;
  const Clock::time_point deadline_;
  const Clock::duration delay_;
  const std::optional<Endpoint> source_;
  Clock::time_point next_start_ = Clock::time_point::min();  // at once
  std::vector<Attempt> attempts_;                            // as far as begun, in the same order
};

}  // namespace sock
