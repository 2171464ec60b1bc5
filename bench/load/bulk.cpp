// One connection, both directions at once. One operation is one byte.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#include "commands.hpp"
#include "message.hpp"
#include "socket.hpp"
#include "window.hpp"

namespace load {
namespace {

constexpr std::size_t chunk = 256 * 1024;

// An endless sequence of bytes; a chunk can start anywhere.
class Pattern {
 public:
  std::string_view from(std::uint64_t place) const {
    return std::string_view(bytes_).substr(place % period, chunk);
  }

 private:
  static constexpr std::size_t period = 1'000'003;  // no buffer size is a multiple of it
  const std::string bytes_ = [] {
    const std::string once = Message(0, period).text();
    return once + once.substr(0, chunk);
  }();
};

}  // namespace

// With --rounds N: N chunks.
void bulk(const Options& options) {
  const Pattern pattern;
  Socket socket(static_cast<std::uint16_t>(options.count("port", 0)));
  Poll poll;
  poll.add(socket, 0);
  poll.watch(socket, 0, true);
  Window window(options);
  std::vector<char> buffer(chunk);
  std::uint64_t sent = 0;
  std::uint64_t got = 0;
  bool is_sending = true;
  for (;;) {
    const auto& event = poll.wait().front();
    window.pass(Clock::now());
    if (is_sending && (event.events & EPOLLOUT) != 0) {
      if ((window.is_over() || sent / chunk >= window.rounds()) && !socket.is_amid_record()) {
        is_sending = false;
        poll.watch(socket, 0, false);
        socket.shutdown_send();
      } else {
        sent += socket.try_send(pattern.from(sent));
      }
    }
    if ((event.events & ~EPOLLOUT) == 0) continue;
    const std::size_t bytes = socket.try_receive(buffer);
    if (bytes == Socket::would_block) continue;
    if (bytes == 0) break;
    if (std::memcmp(buffer.data(), pattern.from(got).data(), bytes) != 0) {
      fail("what came back is not what was sent");
    }
    got += bytes;
    window.count_many(bytes);
  }
  if (is_sending || got != sent) fail("not everything came back");
  window.finish(Clock::now());
  std::printf("%s\n", window.report().c_str());
}

}  // namespace load
