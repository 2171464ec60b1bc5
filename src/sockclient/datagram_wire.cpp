#include "datagram_wire.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "output.hpp"
#include "program/values.hpp"

namespace sockclient {
namespace {

using sock::Clock;
using sock::Datagram;

// A UNIX socket can send up to its buffer's size (net.core.wmem_default), which includes more
// overhead than UDP's header.
constexpr std::size_t largest_local = 256 * 1024;
constexpr std::size_t largest_udp = 64 * 1024;
constexpr std::size_t most_kept = 64 * 1024;

// The receiver's buffer (usually 208 KiB) also holds the kernel's data for each datagram. A pipe
// may fill a third of it; it sends more as answers come, or after a pause: a short one if no answer
// is likely.
constexpr std::size_t most_unanswered = 64 * 1024;
constexpr std::uint64_t answered_by_then = 1000;
constexpr std::chrono::milliseconds short_pause{1};
constexpr std::chrono::milliseconds long_pause{10};
std::size_t cost_of(std::string_view datagram) { return datagram.size() + 1024; }

bool is_ipv6(const std::string& address) { return address.find(':') != address.npos; }

}  // namespace

DatagramWire::DatagramWire(const Options& options)
    : Wire(options), socket_(connect()), keeps_(!options.server.is_local()) {
  report_ends();
}

Datagram DatagramWire::connect() {
  for (;;) {
    try {
      return connect(options().family);
    } catch (const std::system_error& error) {
      retry_or_fail(error.what(), error.code());
    }
  }
}

Datagram DatagramWire::connect(sock::Family family) const {
  const auto& server = options().server;
  if (server.is_local()) return Datagram::connect(to_string(server));
  const auto wait = options().wait;
  const auto deadline = wait.count() > 0 ? Clock::now() + wait : sock::no_deadline;
  auto socket = Datagram::connect(server.host, server.port, family, deadline, options().source);
  // If the port is not in use, the system may choose it as the local port too.
  if (socket.local() != socket.remote()) return socket;
  // The first socket still holds that port, so the second one gets another.
  return Datagram::connect(server.host, server.port, family, deadline, options().source);
}

void DatagramWire::report_ends() const {
  const auto to = to_string(socket_.remote());
  const bool is_local = options().server.is_local();
  report(options(),
         is_local ? "datagrams go to " + to
                  : fmt::format("datagrams go to {} from {}", to, to_string(socket_.local())));
}

void DatagramWire::read(const Receiver& receive) {
  try {
    take(receive);
  } catch (const std::system_error& error) {
    start_over(error.code(), receive);
  }
}

bool DatagramWire::take(const Receiver& receive) {
  const std::size_t most = options().server.is_local() ? largest_local : largest_udp;
  const auto came = socket_.receive_before(Time{}, most);
  if (!came) return false;
  keeps_ = false;
  kept_.clear();
  ++datagrams_received_;
  unanswered_ -= std::min(unanswered_, cost_of(came->text));
  note_received(came->text);
  receive(came->text);
  return true;
}

Wire::Sending DatagramWire::offer(std::string_view& text, const Receiver& receive) {
  if (text.size() > Datagram::largest) {
    throw Failure(
        fmt::format("cannot send to {}: a line of more than {} bytes does not fit into a "
                    "datagram",
                    to_string(options().server), Datagram::largest));
  }
  try {
    if (!socket_.try_send(text)) return Sending::pending;
  } catch (const std::system_error& error) {
    start_over(error.code(), receive);
    return Sending::pending;
  }
  ++datagrams_sent_;
  keep(text);
  pace(text);
  note_sent(text);
  text = {};
  return Sending::done;
}

void DatagramWire::keep(std::string_view text) {
  if (!keeps_) return;
  kept_.emplace_back(text);
  kept_size_ += cost_of(text);
  if (kept_size_ <= most_kept) return;
  keeps_ = false;
  kept_.clear();
}

Wire::Time DatagramWire::resumes() const {
  return unanswered_ < most_unanswered ? Time{} : resumes_;
}

void DatagramWire::pace(std::string_view sent) {
  if (unanswered_ >= most_unanswered) unanswered_ = 0;  // the pause is over
  unanswered_ += cost_of(sent);
  if (unanswered_ < most_unanswered) return;
  const bool is_silent = datagrams_received_ == 0 && datagrams_sent_ > answered_by_then;
  resumes_ = Clock::now() + (is_silent ? short_pause : long_pause);
}

void DatagramWire::start_over(std::error_code why, const Receiver& receive) {
  try {
    while (take(receive)) continue;
  } catch (const std::system_error&) {  // another datagram failed in the same way
  }
  for (;;) {
    next_address(why);
    report_ends();
    try {
      for (const std::string& one : kept_) {
        socket_.send(one);
        note_sent_again(one);
      }
      return;
    } catch (const std::system_error& error) {
      why = error.code();
    }
  }
}

void DatagramWire::next_address(std::error_code why) {
  const auto& server = options().server;
  const std::string text = fmt::format("cannot reach {}: {}", to_string(server), why.message());
  if (why != std::errc::connection_refused || !keeps_) throw Failure(text, reason_of(why));
  const std::string address = socket_.remote().address;
  refused_.push_back(address);
  if (options().family == sock::Family::any && refused_.size() == 1) try {
      socket_ = connect(is_ipv6(address) ? sock::Family::ipv4 : sock::Family::ipv6);
      return;
    } catch (const std::system_error&) {  // the host has no address of that family
    }
  const bool is_named = server.host == refused_.front();
  retry_or_fail(is_named ? text : text + fmt::format(" (tried {})", fmt::join(refused_, ", ")),
                why);
  refused_.clear();
  socket_ = connect();
}

std::string DatagramWire::totals() const {
  return fmt::format("{} sent in {} datagram{}, {} received in {}", program::size_text(sent()),
                     datagrams_sent_, datagrams_sent_ == 1 ? "" : "s",
                     program::size_text(received()), datagrams_received_);
}

}  // namespace sockclient
