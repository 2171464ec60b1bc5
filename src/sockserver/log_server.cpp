// Log events about the server, not about one client.

#include "log.hpp"
#include "peer_text.hpp"
#include "program/fault_option.hpp"
#include "program/values.hpp"

namespace sockserver {
namespace {

using program::size_text;
using program::to_text;

void add_traffic(LogEvent& event, const sock::Totals& totals) {
  event
      .words(" ({} refused), {} in, {} out", totals.refused, size_text(totals.bytes_in),
             size_text(totals.bytes_out))
      .field("active", totals.active)
      .field("served", totals.served)
      .field("refused", totals.refused)
      .field("bytes_in", totals.bytes_in)
      .field("bytes_out", totals.bytes_out)
      .field("peak", totals.peak)
      .field("datagrams_in", totals.datagrams_in)
      .field("datagrams_out", totals.datagrams_out);
  const bool has_datagrams = totals.datagrams_in > 0;
  if (totals.peak > 0 || !has_datagrams) event.words(", peak {}", totals.peak);  // of connections
  if (has_datagrams) {
    event.words(", {} datagram{} in, {} out", totals.datagrams_in, plural(totals.datagrams_in),
                totals.datagrams_out);
  }
}

}  // namespace

void Log::refused(const sock::Endpoint& peer, sock::Refusal why) noexcept {
  if (!shows(Level::event)) return;
  std::uint64_t clients = 0;
  {
    const std::lock_guard lock(refusals_mutex_);
    clients = refusals_.at(static_cast<std::size_t>(why)).refuse(std::chrono::steady_clock::now());
  }
  if (clients > 0) tell_refused(clients, why, clients == 1 ? &peer : nullptr);
}

// Refused clients of a flood that have not been logged yet.
void Log::tell_untold(Untold which) noexcept {
  if (!shows(Level::event)) return;
  const auto time = std::chrono::steady_clock::now();
  for (const auto why : {sock::Refusal::full, sock::Refusal::no_resources}) {
    std::uint64_t clients = 0;
    {
      const std::lock_guard lock(refusals_mutex_);
      auto& refusals = refusals_.at(static_cast<std::size_t>(why));
      clients = which == Untold::all ? refusals.tell_rest() : refusals.tell(time);
    }
    if (clients > 0) tell_refused(clients, why);
  }
}

// `peer`: the address if it is a single client.
void Log::tell_refused(std::uint64_t clients, sock::Refusal why,
                       const sock::Endpoint* peer) noexcept {
  tell(Level::event, "refused", [&](LogEvent& event) {
    if (peer != nullptr) event.words("refused {}: ", words_of(*peer));
    if (peer == nullptr) event.words("refused {} more client{}: ", clients, plural(clients));
    event.field("clients", clients);
    if (why == sock::Refusal::full) {
      event.words("{} connection{} already", max_connections_, plural(max_connections_))
          .field("why", "full");
    } else {
      event.words("the system gives no more threads, descriptors or memory")
          .field("why", "no_resources");
    }
    if (peer != nullptr) event.peer(*peer);
  });
}

void Log::cannot_accept(std::error_code why) noexcept {
  tell(Level::error, "cannot_accept", [&](LogEvent& event) {
    event.words("cannot accept connections: {}; trying again", why.message())
        .field("error", why.message());
  });
}

void Log::not_accepting(const sock::Endpoint& where) noexcept {
  const auto fault = sock::Fault::no_accept;
  tell(Level::event, "fault", [&](LogEvent& event) {
    event.words("fault: {} at {}", program::words_of(fault, {}), sock::to_string(where))
        .field("fault", program::to_text(fault, {}))
        .field("at", sock::to_string(where));
  });
}

void Log::limited(std::uint64_t open_files) noexcept {
  tell(Level::event, "limited", [&](LogEvent& event) {
    event
        .words(
            "the system allows {} open files: {} connections are too many, some will have to "
            "wait",
            open_files, max_connections_)
        .field("open_files", open_files)
        .field("max_conns", max_connections_);
  });
}

void Log::stopping(std::string_view signal, std::size_t connections) noexcept {
  tell_untold(Untold::all);
  tell(Level::event, "stopping", [&](LogEvent& event) {
    event
        .words("stopping ({}), {} connection{}, up to {}", signal, connections, plural(connections),
               to_text(grace_))
        .field("signal", signal)
        .field("connections", connections)
        .field("grace_ms", static_cast<std::uint64_t>(grace_.count()));
  });
}

void Log::cutting(std::string_view signal) noexcept {
  tell(Level::event, "cutting", [&](LogEvent& event) {
    event.words("cutting what is left ({})", signal).field("signal", signal);
  });
}

void Log::totals(const sock::Totals& totals) noexcept {
  tell_untold(Untold::all);
  tell(Level::event, "totals", [&](LogEvent& event) {
    event.words("served {} connection{}", totals.served, plural(totals.served));
    add_traffic(event, totals);
  });
}

void Log::totals_so_far(const sock::Totals& totals) noexcept {
  tell_untold(Untold::all);
  tell(Level::error, "totals", [&](LogEvent& event) {
    event.words("serving {} connection{}, served {}", totals.active, plural(totals.active),
                totals.served);
    add_traffic(event, totals);
  });
}

}  // namespace sockserver
