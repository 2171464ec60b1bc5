#include "wire.hpp"

#include <poll.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "failure.hpp"
#include "program/process.hpp"

namespace sockclient {

Wire::Wire(sock::Stream stream, std::string server, HexDump hex_dump)
    : stream_(std::move(stream)), server_(std::move(server)), hex_dump_(hex_dump) {}

std::string_view Wire::read() {
  try {
    const std::size_t bytes = stream_.read_some(buffer_);
    server_ended_ = bytes == 0;
    received_ += bytes;
    const std::string_view came(buffer_.data(), bytes);
    const std::lock_guard lock(dump_mutex_);
    dump(dump_in_, came);
    return came;
  } catch (const std::system_error& error) {
    lost(error.code());
  }
}

bool Wire::send(std::string_view text, const Receiver& receive) {
  while (!text.empty()) {
    pollfd socket{descriptor(), POLLOUT, 0};
    if (!server_ended_) socket.events |= POLLIN;
    if (::poll(&socket, 1, -1) < 0) continue;
    if ((socket.revents & ~POLLOUT) != 0 && !server_ended_) {
      const std::string_view came = read();
      if (!came.empty()) receive(came);
    }
    try {
      if (!offer(text)) return false;
    } catch (const Failure&) {
      drain(receive);
      throw;
    }
  }
  return true;
}

bool Wire::offer(std::string_view& text) {
  // Until it is shown: the answer may be here already, and has to be shown below it.
  const std::lock_guard lock(dump_mutex_);
  try {
    const auto result = stream_.try_write(text);
    dump(dump_out_, text.substr(0, result.bytes));
    text.remove_prefix(result.bytes);
    sent_ += result.bytes;
    return result.state != sock::TryState::ended;
  } catch (const std::system_error& error) {
    lost(error.code());
  }
}

void Wire::drain(const Receiver& receive) {
  try {
    while (!server_ended_) {
      const std::string_view came = read();
      if (!came.empty()) receive(came);
    }
  } catch (const Failure&) {  // the caller has a better one
  }
}

void Wire::dump(program::HexDump& direction, std::string_view bytes) const {
  if (hex_dump_ == HexDump::no) return;
  while (!bytes.empty()) program::write_all(STDERR_FILENO, direction.next(bytes));
}

void Wire::lost(std::error_code why) const {
  if (why == std::errc::connection_reset || why == std::errc::broken_pipe) {
    throw Failure("connection to " + server_ + " was reset by the server");
  }
  throw Failure("connection to " + server_ + " is lost: " + why.message());
}

}  // namespace sockclient
