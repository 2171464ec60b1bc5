#include "program/tcp_words.hpp"

#include <fmt/format.h>

namespace program {
namespace {

using What = sock::TcpChange::What;

std::string counted(std::uint64_t number, const char* noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string micros(std::chrono::microseconds time) { return fmt::format("{} us", time.count()); }

std::string_view cause(const sock::TcpChange& change) {
  switch (change.why) {
    case sock::TcpCause::peer_fin:
      return "the peer has sent its FIN";
    case sock::TcpCause::our_fin:
      return "we have sent our FIN";
    case sock::TcpCause::our_fin_acknowledged:
      return "the peer has acknowledged our FIN";
    case sock::TcpCause::both_fins:
      return "both have sent their FIN";
    case sock::TcpCause::reset:
      return "the peer has reset it";
    case sock::TcpCause::lost:
      return "reset, or no answer for too long";
    case sock::TcpCause::none:
      break;
  }
  return "the system says so";
}

std::string_view time_wait(sock::TimeWait side) {
  switch (side) {
    case sock::TimeWait::here:
      return "we have closed first: this side stays in TIME_WAIT";
    case sock::TimeWait::peer:
      return "the peer has closed first: it stays in TIME_WAIT";
    case sock::TimeWait::both:
      return "both have closed at once: both stay in TIME_WAIT";
    case sock::TimeWait::none:
      return "a reset: no side stays in TIME_WAIT";
    case sock::TimeWait::open:
      return "the peer has no room for the rest: if it resets this, no side stays in TIME_WAIT";
    case sock::TimeWait::unknown:
      break;
  }
  return "which side has closed first, and stays in TIME_WAIT, was not seen";
}

std::string counts(const sock::TcpChange& change) {
  std::string text = counted(change.writes, "write") + " so far";
  if (change.now.segments) text += ", " + counted(*change.now.segments, "segment");
  return text;
}

std::string end(const sock::TcpChange& change) {
  std::string text = counted(change.writes, "write");
  if (change.now.segments) text += ", " + counted(*change.now.segments, "segment");
  text += fmt::format(", {} retransmitted", change.now.retransmitted);
  if (change.now.least_rtt) text += ", least rtt " + micros(*change.now.least_rtt);
  return fmt::format("{}; {}", text, time_wait(change.time_wait));
}

}  // namespace

std::string words_of(const sock::TcpChange& change) {
  switch (change.what) {
    case What::state:
      return fmt::format("state {} -> {}: {}", name_of(change.before), name_of(change.now.state),
                         cause(change));
    case What::segments:
      return counts(change);
    case What::window_full:
      return "the peer's window is full: it does not read";
    case What::window_open:
      return fmt::format("the peer's window is open again: {}",
                         counted(change.now.window.value_or(0), "byte"));
    case What::rtt:
      return "rtt " + micros(change.now.rtt.value_or(std::chrono::microseconds(0)));
    case What::end:
      return end(change);
  }
  return {};
}

}  // namespace program
