#include "log.hpp"

#include <algorithm>
#include <vector>

#include "peer_text.hpp"
#include "program/fault_option.hpp"
#include "program/values.hpp"

namespace sockserver {
namespace {

using program::size_text;
using program::to_text;

struct Reason {
  sock::End why;
  std::string_view words;
  std::string_view field;
};

constexpr std::array reasons{
    Reason{sock::End::peer_closed, "closed by client", "client"},
    Reason{sock::End::lost, "connection lost", "lost"},
    Reason{sock::End::idle, "idle", "idle"},
    Reason{sock::End::too_slow, "too slow", "too_slow"},
    Reason{sock::End::stopped, "stopped", "stopped"},
    Reason{sock::End::by_server, "closed by server", "server"},
};

bool sends_datagrams(const sock::Client& client) {
  return client.address.transport == sock::Transport::udp;
}

}  // namespace

Log::Log(const LogOptions& options, const sock::ServerOptions& server, int fd)
    : verbosity_(options.verbosity == 0 && ::isatty(fd) != 0 ? 1 : options.verbosity),
      tells_traffic_(options.hex_dump || shows(Level::bytes)),
      form_{options.style, ::isatty(fd) != 0},
      max_connections_(server.max_connections),
      grace_(server.grace),
      sink_(fd, [this](LogLine& line, std::uint64_t lost) {
        LogEvent event(line, form_, "lost");
        event.words("{} log line{} lost", lost, plural(lost)).field("lines", lost).end();
      }) {
  if (options.hex_dump) dump_.emplace(sink_);
}

void Log::connected(const sock::Client& client) noexcept {
  // Without -v, a connection without a single byte (a port probe) gets no line.
  tell_connected(Level::message, client);
}

void Log::active(const sock::Client& client) noexcept {
  // Datagrams have no connection: one line for each sender would be too many.
  if (shows(Level::message) || sends_datagrams(client)) return;
  tell_connected(Level::event, client);
}

void Log::tell_connected(Level level, const sock::Client& client) noexcept {
  tell(level, "connected", [&](LogEvent& event) {
    event.about(client).words("{} from {}",
                              sends_datagrams(client) ? "first datagram" : "connected",
                              words_of(client.address));
    if (client.arrival) event.arrival(*client.arrival);
  });
}

// A client that sent nothing may be a port probe, as above.
void Log::kept_out(const sock::Client& client, const sock::KeptOut& how) noexcept {
  tell(how.has_spoken ? Level::event : Level::message, "kept_out", [&](LogEvent& event) {
    event.about(client)
        .words("kept out {}: {}: {}", words_of(client.address), how.layer, how.why)
        .field("layer", how.layer)
        .field("why", how.why);
  });
}

void Log::broken(const sock::Client& client, std::string_view layer,
                 std::string_view why) noexcept {
  tell(Level::event, "broken", [&](LogEvent& event) {
    event.about(client).words("{}: {}", layer, why).field("layer", layer).field("why", why);
  });
}

void Log::proxied(const sock::Client& client, const sock::ProxyHeader& header) noexcept {
  tell(Level::bytes, "proxied", [&](LogEvent& event) {
    event.about(client)
        .words("PROXY header of version {}", header.version)
        .field("version", static_cast<std::uint64_t>(header.version));
    if (header.source) {
      event.words(": {} to {}", words_of(*header.source), words_of(*header.destination))
          .field("source", to_string(*header.source))
          .field("destination", to_string(*header.destination));
    }
    std::vector<std::string> extras;
    for (const auto& extra : header.extras) {
      extras.push_back(to_string(extra));
      event.words(", {}", extras.back());
    }
    if (!extras.empty()) event.field("extras", extras);
  });
}

void Log::read(const sock::Client& client, std::string_view bytes) noexcept {
  if (!tells_traffic_) return;
  tell_text(Level::bytes, "read", client, bytes);
  if (dump_) dump_->read(client, bytes);
}

void Log::wrote(const sock::Client& client, std::string_view bytes) noexcept {
  if (!tells_traffic_) return;
  tell_text(Level::bytes, "wrote", client, bytes);
  if (dump_) dump_->wrote(client, bytes);
}

void Log::received(const sock::Client& client, const sock::Message& message) noexcept {
  tell_text(Level::message, "received", client, message.text);
}

void Log::answered(const sock::Client& client, std::string_view text) noexcept {
  tell_text(Level::message, "answered", client, text);
}

void Log::tell_text(Level level, std::string_view name, const sock::Client& client,
                    std::string_view text) noexcept {
  tell(level, name, [&](LogEvent& event) {
    event.about(client).words("{} ", name);
    if (level == Level::bytes) event.words("{} byte{}: ", text.size(), plural(text.size()));
    event.text(text);
  });
}

void Log::fault(const sock::Client& client, sock::Fault done, const sock::Faults& asked) noexcept {
  tell(Level::event, "fault", [&](LogEvent& event) {
    event.about(client)
        .words("fault: {}", program::words_of(done, asked))
        .field("fault", program::to_text(done, asked));
  });
}

void Log::closed(const sock::Client& client, const sock::Closing& closing) noexcept {
  const bool is_untold =
      (closing.bytes_in == 0 && closing.bytes_out == 0) || sends_datagrams(client);
  if (dump_) dump_->closed(client);
  tell_untold(Untold::if_it_is_time);
  tell(is_untold ? Level::message : Level::event, "closed", [&](LogEvent& event) {
    const auto& why = *std::find_if(reasons.begin(), reasons.end(),
                                    [&](const Reason& one) { return one.why == closing.why; });
    event.about(client);
    if (form_.style == LogStyle::text) {  // formatting the words takes time
      event.words("{}: {} in, {} out, {}", why.words, size_text(closing.bytes_in),
                  size_text(closing.bytes_out), to_text(closing.duration));
    }
    event.field("why", why.field)
        .field("bytes_in", closing.bytes_in)
        .field("bytes_out", closing.bytes_out)
        .field("duration_ms", static_cast<std::uint64_t>(closing.duration.count()));
  });
}

}  // namespace sockserver
