#include "text_format.hpp"

#include <ctime>

#include "program/values.hpp"

namespace sockserver {
namespace {

using program::size_text;
using program::to_text;

const char* words_for(sock::End why) {
  switch (why) {
    case sock::End::peer_closed:
      return "closed by client";
    case sock::End::lost:
      return "connection lost";
    case sock::End::idle:
      return "idle";
    case sock::End::too_slow:
      return "too slow";
    case sock::End::stopped:
      return "stopped";
    case sock::End::by_server:
      return "closed by server";
  }
  return "closed";
}

const char* plural(std::uint64_t n) { return n == 1 ? "" : "s"; }

void append_traffic(LogLine& line, const sock::Totals& totals) {
  line.append(" ({} refused), {} in, {} out, peak {}", totals.refused, size_text(totals.bytes_in),
              size_text(totals.bytes_out), totals.peak);
}

}  // namespace

void TextFormat::begin(LogLine& line, Time now) const {
  if (!with_time_) return;
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  line.append("{:02}:{:02}:{:02} ", local.tm_hour, local.tm_min, local.tm_sec);
}

void TextFormat::connected(LogLine& line, const sock::Client& client) const {
  line.append("#{} connected from {}", client.id, to_string(client.address));
}

void TextFormat::read(LogLine& line, const sock::Client& client, std::string_view bytes) const {
  line.append("#{} read {} byte{}: ", client.id, bytes.size(), plural(bytes.size()));
  append_quoted(line, bytes);
}

void TextFormat::wrote(LogLine& line, const sock::Client& client, std::string_view bytes) const {
  line.append("#{} wrote {} byte{}: ", client.id, bytes.size(), plural(bytes.size()));
  append_quoted(line, bytes);
}

void TextFormat::received(LogLine& line, const sock::Client& client, std::string_view text) const {
  line.append("#{} received ", client.id);
  append_quoted(line, text);
}

void TextFormat::answered(LogLine& line, const sock::Client& client, std::string_view text) const {
  line.append("#{} answered ", client.id);
  append_quoted(line, text);
}

void TextFormat::closed(LogLine& line, const sock::Client& client,
                        const sock::Closing& closing) const {
  line.append("#{} {}: {} in, {} out, {}", client.id, words_for(closing.why),
              size_text(closing.bytes_in), size_text(closing.bytes_out), to_text(closing.duration));
}

void TextFormat::append_why(LogLine& line, sock::Refusal why) const {
  if (why == sock::Refusal::full) {
    line.append("{} connection{} already", max_connections_, plural(max_connections_));
  } else {
    line.append("the system gives no more threads, descriptors or memory");
  }
}

void TextFormat::refused(LogLine& line, const sock::Endpoint& peer, sock::Refusal why) const {
  line.append("refused {}: ", to_string(peer));
  append_why(line, why);
}

void TextFormat::refused_more(LogLine& line, std::uint64_t clients, sock::Refusal why) const {
  line.append("refused {} more client{}: ", clients, plural(clients));
  append_why(line, why);
}

void TextFormat::cannot_accept(LogLine& line, std::error_code why) const {
  line.append("cannot accept connections: {}; trying again", why.message());
}

void TextFormat::limited(LogLine& line, std::uint64_t open_files, std::uint64_t most) const {
  line.append(
      "the system allows {} open files: {} connections are too many, some will have to wait",
      open_files, most);
}

void TextFormat::stopping(LogLine& line, std::string_view signal, std::size_t connections) const {
  line.append("stopping ({}), {} connection{}, up to {}", signal, connections, plural(connections),
              to_text(grace_));
}

void TextFormat::cutting(LogLine& line, std::string_view signal) const {
  line.append("cutting what is left ({})", signal);
}

void TextFormat::totals(LogLine& line, const sock::Totals& totals) const {
  line.append("served {} connection{}", totals.served, plural(totals.served));
  append_traffic(line, totals);
}

void TextFormat::totals_so_far(LogLine& line, const sock::Totals& totals) const {
  line.append("serving {} connection{}, served {}", totals.active, plural(totals.active),
              totals.served);
  append_traffic(line, totals);
}

void TextFormat::lost(LogLine& line, std::uint64_t lines) const {
  line.append("{} log line{} lost", lines, plural(lines));
}

}  // namespace sockserver
