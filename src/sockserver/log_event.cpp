#include "log_event.hpp"

#include <fmt/ranges.h>
#include <time.h>

#include "peer_text.hpp"

namespace sockserver {
namespace {

void append_time_of_day(LogLine& line, LogEvent::Time now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm here{};
  ::localtime_r(&seconds, &here);
  line.append("{:02}:{:02}:{:02} ", here.tm_hour, here.tm_min, here.tm_sec);
}

void append_timestamp(LogLine& line, LogEvent::Time now) {
  using namespace std::chrono;
  const auto day = floor<days>(now);
  const year_month_day date(day);
  const hh_mm_ss time(floor<milliseconds>(now - day));
  line.append("{{\"time\":\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z\"",
              static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
              static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(),
              time.seconds().count(), time.subseconds().count());
}

}  // namespace

LogEvent::LogEvent(LogLine& line, LogForm form, std::string_view name, Time now)
    : line_(line), style_(form.style) {
  if (style_ == LogStyle::json) {
    append_timestamp(line_, now);
    field("event", name);
  } else if (form.with_time) {
    append_time_of_day(line_, now);
  }
}

LogEvent& LogEvent::about(const sock::Client& client) {
  if (style_ == LogStyle::text) return words("#{} ", client.id);
  return field("conn", client.id).peer(client.address);
}

LogEvent& LogEvent::peer(const sock::Endpoint& peer) {
  if (style_ == LogStyle::text) return *this;
  if (peer.transport != sock::Transport::local) {
    field("peer", to_string(peer));
    return peer.transport == sock::Transport::udp ? field("transport", "udp") : *this;
  }
  sock::Endpoint place = peer;  // the others have fields of their own
  place.uid = sock::Endpoint::no_user;
  field("peer", to_string(place));
  if (peer.pid != 0) field("pid", static_cast<std::uint64_t>(peer.pid));
  return peer.uid == sock::Endpoint::no_user ? *this : field("uid", std::uint64_t{peer.uid});
}

void LogEvent::key(std::string_view key) {
  line_.append(",\"");
  line_.append(key);
  line_.append("\":");
}

LogEvent& LogEvent::field(std::string_view key, std::uint64_t value) {
  if (style_ == LogStyle::text) return *this;
  this->key(key);
  const fmt::format_int digits(value);
  line_.append(std::string_view(digits.data(), digits.size()));
  return *this;
}

LogEvent& LogEvent::field(std::string_view key, std::string_view value) {
  if (style_ == LogStyle::text) return *this;
  this->key(key);
  append_json(line_, value);
  return *this;
}

LogEvent& LogEvent::field(std::string_view key, const std::vector<std::string>& values) {
  if (style_ == LogStyle::text) return *this;
  this->key(key);
  line_.append("[\"{}\"]", fmt::join(values, "\",\""));
  return *this;
}

LogEvent& LogEvent::text(std::string_view text) {
  if (style_ == LogStyle::text) {
    append_quoted(line_, text);
    return *this;
  }
  field("bytes", text.size()).key("text");
  if (!append_json(line_, text, longest_text)) line_.append(",\"cut\":true");
  return *this;
}

}  // namespace sockserver
