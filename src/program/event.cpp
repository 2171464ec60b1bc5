#include "program/event.hpp"

#include <fmt/ranges.h>
#include <time.h>

#include "program/shown_text.hpp"

namespace program {
namespace {

void append_time_of_day(EventLine& line, Event::Time now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm here{};
  ::localtime_r(&seconds, &here);
  line.append("{:02}:{:02}:{:02} ", here.tm_hour, here.tm_min, here.tm_sec);
}

void append_timestamp(EventLine& line, Event::Time now) {
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

Event::Event(EventLine& line, EventForm form, std::string_view name, Time now)
    : line_(line), style_(form.style) {
  if (style_ == EventStyle::json) {
    append_timestamp(line_, now);
    field("event", name);
  } else if (form.with_time) {
    append_time_of_day(line_, now);
  }
}

void Event::key(std::string_view key) {
  line_.append(",\"");
  line_.append(key);
  line_.append("\":");
}

Event& Event::field(std::string_view key, std::uint64_t value) {
  if (style_ == EventStyle::text) return *this;
  this->key(key);
  const fmt::format_int digits(value);
  line_.append(std::string_view(digits.data(), digits.size()));
  return *this;
}

Event& Event::field(std::string_view key, std::string_view value) {
  if (style_ == EventStyle::text) return *this;
  this->key(key);
  append_json(line_, value);
  return *this;
}

Event& Event::field(std::string_view key, const std::vector<std::string>& values) {
  if (style_ == EventStyle::text) return *this;
  this->key(key);
  line_.append("[\"{}\"]", fmt::join(values, "\",\""));
  return *this;
}

Event& Event::text(std::string_view text) {
  if (style_ == EventStyle::text) {
    append_quoted(line_, text);
    return *this;
  }
  field("bytes", text.size()).key("text");
  if (!append_json(line_, text, longest_text)) line_.append(",\"cut\":true");
  return *this;
}

Event& Event::whole_text(std::string_view text) {
  if (style_ == EventStyle::text) return *this;
  field("bytes", text.size()).key("text");
  append_json(line_, text, text.size());
  return *this;
}

Event& Event::decimal(std::string_view key, double value) {
  if (style_ == EventStyle::text) return *this;
  this->key(key);
  line_.append("{:.1f}", value);
  return *this;
}

}  // namespace program
