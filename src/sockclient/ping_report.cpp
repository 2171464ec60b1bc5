#include "ping_report.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "event_output.hpp"
#include "output.hpp"
#include "sock/escape.hpp"

namespace sockclient {
namespace {

using program::Event;

// `, 2 wrong`
void add_rare(Event& event, std::uint64_t count, std::string_view what) {
  if (count > 0) event.words(", {} {}", count, what);
}

void add_counts(Event& event, const PingSession& session, bool of_datagrams) {
  const auto& totals = session.totals();
  const auto received = totals.times.count();
  const double share = 100.0 * static_cast<double>(totals.lost) / static_cast<double>(totals.sent);
  event.words("{} sent, {} received, {} lost", totals.sent, received, totals.lost)
      .field("sent", totals.sent)
      .field("received", received)
      .field("lost", totals.lost);
  if (totals.lost > 0) event.words(" ({:.3g} %)", share);
  add_rare(event, totals.wrong, "wrong");
  add_rare(event, totals.reordered, "reordered");
  add_rare(event, totals.doubled, "doubled");
  add_rare(event, totals.late, "late");
  add_rare(event, session.waiting(), "without an answer yet");
  if (of_datagrams) event.field("reordered", totals.reordered).field("doubled", totals.doubled);
}

void add_times(Event& event, const PingStatistics& times) {
  if (times.count() == 0) return;
  const std::array<std::pair<std::string_view, sock::Clock::duration>, 5> all{
      {{"min", times.least()},
       {"avg", times.mean()},
       {"max", times.greatest()},
       {"p50", times.percentile(0.5)},
       {"p99", times.percentile(0.99)}}};
  std::string_view before = "\n";
  for (const auto& [name, time] : all) {
    event.words("{}{} {}", before, name, to_text(time))
        .decimal(fmt::format("{}_us", name), microseconds(time));
    before = ", ";
  }
}

}  // namespace

void PingReport::connected(Duration connect_time, std::optional<Duration> outage) {
  last_words_.clear();
  if (!outage && options_.quiet) return;
  const auto fill = [&](Event& event) {
    if (outage) {
      event.words("connected again after {}, in {}", to_text(*outage), to_text(connect_time));
    } else {
      event.words("connected to {} in {}", to_string(options_.server), to_text(connect_time));
    }
    event.decimal("connect_us", microseconds(connect_time));
  };
  write_event(options_, "connected", fill, outage.has_value());
}

void PingReport::connection_lost(Reason why, const std::string& words) {
  if (words == std::exchange(last_words_, words)) return;
  const auto fill = [&](Event& event) {
    event.words("{}", sock::escaped(words)).field("reason", to_string(why)).field("text", words);
  };
  write_event(options_, "failed", fill, true);
}

void PingReport::tell(const PingEvent& told) {
  using Kind = PingEvent::Kind;
  switch (told.kind) {
    case Kind::answered:
      last_words_.clear();
      if (options_.quiet) return;
      return write_event(options_, "ping", [&](Event& event) {
        event.words("{}: {} bytes, {}", told.number, told.bytes, to_text(told.time))
            .words("{}", told.is_reordered ? ", reordered" : "")
            .field("seq", told.number)
            .field("bytes", told.bytes)
            .decimal("rtt_us", microseconds(told.time));
      });
    case Kind::lost:
      return write_event(options_, "failed", [&](Event& event) {
        event.words("{}: lost ({})", told.number, to_string(told.reason))
            .field("seq", told.number)
            .field("reason", to_string(told.reason));
      });
    case Kind::again:
      return write_event(options_, "received", [&](Event& event) {
        event
            .words("{}: {} after {}", told.number, told.is_late ? "late answer" : "another answer",
                   to_text(told.time))
            .field("seq", told.number)
            .field("bytes", told.bytes)
            .decimal("rtt_us", microseconds(told.time));
      });
    case Kind::foreign:
      return write_event(options_, "failed", [&](Event& event) {
        event.words("wrong: {} bytes that answer no ping", told.bytes)
            .field("bytes", told.bytes)
            .field("reason", to_string(Reason::wrong));
      });
  }
}

void PingReport::summary(const PingSession& session, const Ends& ends) {
  if (session.totals().sent == 0) return;
  if (!options_.json && !options_.quiet) write_out("\n");
  const auto fill = [&](Event& event) {
    add_counts(event, session, options_.udp);
    add_times(event, session.totals().times);
    if (ends.connect_time) {
      event.words("\nconnected in {}", to_text(*ends.connect_time))
          .decimal("connect_us", microseconds(*ends.connect_time));
    }
    if (ends.system_rtt) {
      event.words(", the system's own rtt {}", to_text(*ends.system_rtt))
          .decimal("kernel_rtt_us", microseconds(*ends.system_rtt));
    }
  };
  write_event(options_, "summary", fill);
}

}  // namespace sockclient
