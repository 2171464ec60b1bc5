#include "sock/lingering_close.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "sock/tcp_state.hpp"

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr auto longest = 1s;
constexpr std::size_t most_discarded = 1024 * 1024;

}  // namespace

LingeringClose::LingeringClose(asio::ip::tcp::socket& socket)
    : fd_(socket.native_handle()), deadline_(Clock::now() + longest) {
  asio::error_code ec;
  socket.shutdown(asio::socket_base::shutdown_send, ec);
}

bool LingeringClose::done() {
  std::array<char, 16 * 1024> discard;  // NOLINT(*-member-init): never looked at
  while (discarded_ < most_discarded && Clock::now() < deadline_) {
    const auto bytes = ::recv(fd_, discard.data(), discard.size(), MSG_DONTWAIT);
    if (bytes > 0) {
      discarded_ += static_cast<std::size_t>(bytes);
    } else if (bytes == 0) {
      blind_ = !peer_has_ended(fd_);
      return !blind_ || !is_busy(fd_);
    } else {
      return errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
    }
  }
  return true;
}

void LingeringClose::wait() const {
  if (blind_) {
    ::poll(nullptr, 0, poll_timeout(std::min(deadline_, Clock::now() + 10ms)));
  } else {
    wait_for(fd_, POLLIN, deadline_);
  }
}

}  // namespace sock
