// The log's event about a TCP connection: its words and its fields.

#include <array>

#include "log.hpp"
#include "program/tcp_words.hpp"

namespace sockserver {
namespace {

using What = sock::TcpChange::What;

// In the order of the enumerations.
constexpr std::array<std::string_view, 6> whats{"state",       "segments", "window_full",
                                                "window_open", "rtt",      "end"};
constexpr std::array<std::string_view, 7> causes{
    "unknown", "peer_fin", "our_fin", "our_fin_acknowledged", "both_fins", "reset", "lost"};
constexpr std::array<std::string_view, 6> sides{"here", "peer", "both", "none", "unknown", "open"};

template <typename Names, typename Value>
std::string_view name_in(const Names& names, Value value) {
  return names.at(static_cast<std::size_t>(value));
}

void add_counts(LogEvent& event, const sock::TcpChange& change) {
  event.field("writes", change.writes);
  if (change.now.segments) event.field("segments", *change.now.segments);
  event.field("retransmitted", change.now.retransmitted);
}

void add_time(LogEvent& event, std::string_view key,
              std::optional<std::chrono::microseconds> time) {
  if (time) event.field(key, static_cast<std::uint64_t>(time->count()));
}

void add_fields(LogEvent& event, const sock::TcpChange& change) {
  event.field("what", name_in(whats, change.what));
  switch (change.what) {
    case What::state:
      event.field("before", name_of(change.before))
          .field("state", name_of(change.now.state))
          .field("why", name_in(causes, change.why));
      break;
    case What::segments:
      add_counts(event, change);
      break;
    case What::window_full:
    case What::window_open:
      event.field("window", change.now.window.value_or(0));
      break;
    case What::rtt:
      add_time(event, "rtt_us", change.now.rtt);
      break;
    case What::end:
      add_counts(event, change);
      add_time(event, "least_rtt_us", change.now.least_rtt);
      event.field("time_wait", name_in(sides, change.time_wait));
      break;
  }
}

}  // namespace

void Log::tcp_changed(const sock::Client& client, const sock::TcpChange& change) noexcept {
  tell(Level::tcp, "tcp", [&](LogEvent& event) {
    event.about(client);
    if (form_.style == LogStyle::text) event.words("{}", program::words_of(change));
    add_fields(event, change);
  });
}

}  // namespace sockserver
