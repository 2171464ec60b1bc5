#include "json_format.hpp"

#include <fmt/ranges.h>

#include "json_text.hpp"

namespace sockserver {
namespace {

const char* word_for(sock::End why) {
  switch (why) {
    case sock::End::peer_closed:
      return "client";
    case sock::End::lost:
      return "lost";
    case sock::End::idle:
      return "idle";
    case sock::End::too_slow:
      return "too_slow";
    case sock::End::stopped:
      return "stopped";
    case sock::End::by_server:
      return "server";
  }
  return "";
}

const char* word_for(sock::Refusal why) {
  return why == sock::Refusal::full ? "full" : "no_resources";
}

void append_event(LogLine& line, const char* event) { line.append(",\"event\":\"{}\"", event); }

void append_event(LogLine& line, const char* event, const sock::Client& client) {
  line.append(",\"event\":\"{}\",\"conn\":{},\"peer\":\"{}\"", event, client.id,
              to_string(client.address));
}

void append_event(LogLine& line, const char* event, const sock::Client& client,
                  std::string_view text) {
  append_event(line, event, client);
  line.append(",\"bytes\":{},\"text\":", text.size());
  if (!append_json(line, text, longest_text)) line.append(",\"cut\":true");
}

void append_time(LogLine& line, LogFormat::Time now) {
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

std::string JsonFormat::listening(Time now, std::uint16_t port,
                                  const std::vector<std::string>& addresses,
                                  std::string_view protocol, std::string_view mode) {
  LogLine begin;
  append_time(begin, now);
  return fmt::format(
      "{},\"event\":\"listening\",\"port\":{},\"addresses\":[\"{}\"],\"protocol\":\"{}\","
      "\"mode\":\"{}\"}}\n",
      begin.text(), port, fmt::join(addresses, "\",\""), protocol, mode);
}

void JsonFormat::begin(LogLine& line, Time now) const { append_time(line, now); }

void JsonFormat::end(LogLine& line) const { line.append("}"); }

void JsonFormat::connected(LogLine& line, const sock::Client& client) const {
  append_event(line, "connected", client);
}

void JsonFormat::read(LogLine& line, const sock::Client& client, std::string_view bytes) const {
  append_event(line, "read", client, bytes);
}

void JsonFormat::wrote(LogLine& line, const sock::Client& client, std::string_view bytes) const {
  append_event(line, "wrote", client, bytes);
}

void JsonFormat::received(LogLine& line, const sock::Client& client, std::string_view text) const {
  append_event(line, "received", client, text);
}

void JsonFormat::answered(LogLine& line, const sock::Client& client, std::string_view text) const {
  append_event(line, "answered", client, text);
}

void JsonFormat::closed(LogLine& line, const sock::Client& client,
                        const sock::Closing& closing) const {
  append_event(line, "closed", client);
  line.append(",\"why\":\"{}\",\"bytes_in\":{},\"bytes_out\":{},\"duration_ms\":{}",
              word_for(closing.why), closing.bytes_in, closing.bytes_out, closing.duration.count());
}

void JsonFormat::refused(LogLine& line, const sock::Endpoint& peer, sock::Refusal why) const {
  refused_more(line, 1, why);
  line.append(",\"peer\":\"{}\"", to_string(peer));
}

void JsonFormat::refused_more(LogLine& line, std::uint64_t clients, sock::Refusal why) const {
  append_event(line, "refused");
  line.append(",\"clients\":{},\"why\":\"{}\"", clients, word_for(why));
}

void JsonFormat::cannot_accept(LogLine& line, std::error_code why) const {
  append_event(line, "cannot_accept");
  line.append(",\"error\":");
  append_json(line, why.message(), longest_text);
}

void JsonFormat::limited(LogLine& line, std::uint64_t open_files, std::uint64_t most) const {
  append_event(line, "limited");
  line.append(",\"open_files\":{},\"max_conns\":{}", open_files, most);
}

void JsonFormat::stopping(LogLine& line, std::string_view signal, std::size_t connections) const {
  append_event(line, "stopping");
  line.append(",\"signal\":\"{}\",\"connections\":{},\"grace_ms\":{}", signal, connections,
              grace_.count());
}

void JsonFormat::cutting(LogLine& line, std::string_view signal) const {
  append_event(line, "cutting");
  line.append(",\"signal\":\"{}\"", signal);
}

void JsonFormat::totals(LogLine& line, const sock::Totals& totals) const {
  append_event(line, "totals");
  line.append(
      ",\"active\":{},\"served\":{},\"refused\":{},\"bytes_in\":{},\"bytes_out\":{},\"peak\":{}",
      totals.active, totals.served, totals.refused, totals.bytes_in, totals.bytes_out, totals.peak);
}

void JsonFormat::totals_so_far(LogLine& line, const sock::Totals& totals) const {
  this->totals(line, totals);
}

void JsonFormat::lost(LogLine& line, std::uint64_t lines) const {
  append_event(line, "lost");
  line.append(",\"lines\":{}", lines);
}

}  // namespace sockserver
