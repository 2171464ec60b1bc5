#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "program/hex_dump.hpp"
#include "sock/stream.hpp"

namespace sockclient {

/// The connection to the server, with its errors in words and its bytes counted.
///
/// One thread may read while another one uses offer() and end_sending().
class Wire {
 public:
  using Receiver = std::function<void(std::string_view)>;

  enum class HexDump { no, yes };

  /// `server` is how errors call it: `localhost port 9999`. With a hex dump, all that is read or
  /// sent is shown on stderr, `<` and `>`.
  Wire(sock::Stream stream, std::string server, HexDump hex_dump);

  /// For poll(2).
  int descriptor() const { return stream_.native_handle(); }

  /// Waits for bytes; they are valid until the next call. Empty: the server sends no more. Throws
  /// Failure if the connection is lost.
  std::string_view read();

  /// Sends all of `text`; what comes meanwhile goes to `receive`, so that a peer that answers
  /// before it has read everything cannot block us. False: the server has closed and takes no more.
  /// Throws Failure if the connection is lost, after handing over what came before.
  bool send(std::string_view text, const Receiver& receive);

  /// Sends what can be sent without waiting, and removes it from `text`. False: the server has
  /// closed and takes no more. Throws Failure if the connection is lost.
  bool offer(std::string_view& text);

  /// Half-close.
  void end_sending() noexcept { stream_.shutdown_send(); }

  bool server_ended() const { return server_ended_; }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }
  const sock::Stream& stream() const { return stream_; }

 private:
  // Hands over what has come, as far as it can be read.
  void drain(const Receiver& receive);
  void dump(program::HexDump& direction, std::string_view bytes) const;
  [[noreturn]] void lost(std::error_code why) const;

  sock::Stream stream_;
  std::string server_;
  std::array<char, 64 * 1024> buffer_{};
  bool server_ended_ = false;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  HexDump hex_dump_;
  std::mutex dump_mutex_;
  program::HexDump dump_in_{"< "};
  program::HexDump dump_out_{"> "};
};

}  // namespace sockclient
