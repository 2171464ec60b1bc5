#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sock/tcp_info.hpp"
#include "sock/wait.hpp"

namespace sock {

/// Tells what has changed in a TCP connection, from what the system says of it at some moments.
///
///     narrator.see(*stream.tcp_info(), Clock::now());
///     while (const auto change = narrator.next()) show(*change);
///
/// It begins with a connection that is established. Never more than 20 changes a second: each kind
/// has a least time between two of them, and the next one tells the newest. One thread at a time;
/// no sockets, no clock.
class TcpNarrator {
 public:
  /// The program has written once.
  void wrote() { ++writes_; }
  /// The program is about to end its sending: a FIN is sent. After a look right before, a peer that
  /// ends until the next look is taken for one that answers.
  void ending();
  /// It has ended its sending at some time since the last look; `is_first`: right before that, the
  /// peer had not.
  void ended(bool is_first = false) {
    has_ended_ = true;
    is_first_ = is_first_ || is_first;
  }
  /// It is about to close the connection by a reset.
  void resetting() { resets_ = true; }

  void see(const TcpInfo& now, Clock::time_point when);

  /// The last look; the descriptor is closed after it. `is_lost`: a call on it has failed.
  void see_last(const TcpInfo& now, Clock::time_point when, bool is_lost);

  /// What is to be told after the last look, one after the other; nothing: that was all.
  std::optional<TcpChange> next();

 private:
  enum class Stage : std::uint8_t { open, closing, told };
  // What has a least time of its own between two.
  enum Kind : std::uint8_t { segments, window, rtt, kinds };

  bool is_time(Kind kind);
  bool is_reset() const;
  TcpCause cause() const;
  void note_first();
  bool has_full_window() const;
  bool has_new_state() const;
  bool has_new_segments() const;
  bool has_new_rtt() const;
  TimeWait time_wait() const;
  TcpChange change(TcpChange::What what) const;

  TcpInfo now_;
  Clock::time_point when_;
  std::uint64_t writes_ = 0;
  bool has_ended_ = false;
  bool is_lost_ = false;
  bool resets_ = false;
  Stage stage_ = Stage::open;
  bool is_first_ = false;            // as far as is known: the look before our FIN saw none
  std::optional<TimeWait> first_{};  // as soon as it is known which side has closed first

  // What was told last.
  TcpState state_ = TcpState::established;
  std::uint64_t told_writes_ = 0;
  std::uint64_t told_segments_ = 0;
  bool is_full_ = false;
  std::optional<std::chrono::microseconds> told_rtt_{};
  std::array<Clock::time_point, kinds> told_at_{};  // the clock's beginning: not yet
};

}  // namespace sock
