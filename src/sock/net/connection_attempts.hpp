#pragma once

#include <asio/ip/tcp.hpp>
#include <chrono>
#include <optional>
#include <system_error>
#include <vector>

#include "sock/endpoint.hpp"
#include "sock/wait.hpp"

namespace sock {

/// Connects to the first of several addresses that answers (RFC 8305, "Happy Eyeballs", 5).
///
/// Tries the addresses in order, alternating the families (RFC 8305, 4). The next attempt begins
/// when one has failed, or after a delay without an answer; earlier attempts go on meanwhile. One
/// thread; call run() once.
class ConnectionAttempts {
 public:
  /// The time between two attempts (RFC 8305, 8).
  static constexpr std::chrono::milliseconds usual_delay{250};

  /// `addresses`: one or more, of the family of `source` if there is one. With a deadline, the
  /// delay is at most an equal share of the time until then, so that each address is tried.
  ConnectionAttempts(const std::vector<asio::ip::tcp::endpoint>& addresses,
                     Clock::time_point deadline, Clock::duration delay = usual_delay,
                     std::optional<Endpoint> source = {});

  struct Connection {
    asio::ip::tcp::socket socket;
    asio::ip::tcp::endpoint peer;
  };

  /// The first connected socket; the others are closed. Returns nullopt if all have failed, or the
  /// deadline has come.
  std::optional<Connection> run();

  /// After a failure: the addresses tried, and why the last of them failed; a reset is reported
  /// instead, since that server was connected.
  std::vector<asio::ip::tcp::endpoint> tried() const;
  std::error_code error() const;

 private:
  struct Attempt {
    asio::ip::tcp::endpoint peer;
    asio::ip::tcp::socket socket;
    std::error_code error;  // set when it has failed

    bool has_failed() const { return static_cast<bool>(error); }
  };

  static bool was_reset(const Attempt& attempt);
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
  std::vector<Attempt> attempts_;  // those begun so far, in the same order
};

}  // namespace sock
