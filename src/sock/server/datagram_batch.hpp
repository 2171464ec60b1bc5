#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "net/socket_address.hpp"

namespace sock {

struct ReceivedDatagram {
  const SocketAddress& from;
  std::string_view text;
  bool is_to_many;  ///< it was sent to a broadcast or multicast address
};

/// Receives and sends many datagrams per system call (recvmmsg(2), sendmmsg(2)). One thread.
///
/// An answer leaves from the address that the datagram was sent to, if tell_destinations() was
/// called for the socket.
class DatagramBatch {
 public:
  static constexpr std::size_t most = 64;

  DatagramBatch();

  /// From now on the socket reports with each datagram the address that it was sent to.
  static void tell_destinations(int fd);

  /// Receives at most `most` datagrams, without waiting. Returns their number; 0: errno says why.
  std::size_t receive(int fd);
  /// A datagram of the last receive(). Call it once for each.
  ReceivedDatagram at(std::size_t index);

  /// An empty string, to be filled with the answer to that datagram.
  std::string& room_for_answer(std::size_t index);
  /// Sets `text` as the answer to that datagram; it must be valid until send().
  void answer(std::size_t index, std::string_view text);
  /// Sends the answers, without waiting: answers that the system does not take are lost.
  void send(int fd);

 private:
  static constexpr std::size_t largest = 65'536;
  // A socket that was handed over may report more: times, TTLs, marks, each 16 to 64 bytes.
  static constexpr std::size_t room_for_options = 512;
  using Bytes = std::array<std::array<char, largest>, most>;

  struct Slot {
    SocketAddress peer;
    std::string answer;
    iovec part{};
    alignas(cmsghdr) std::array<char, room_for_options> control{};
  };

  std::array<Slot, most> slots_;
  std::array<mmsghdr, most> received_{};
  std::array<mmsghdr, most> answers_{};
  unsigned answers_count_ = 0;
  std::unique_ptr<Bytes> bytes_;  // uninitialised: small datagrams touch little of it
};

}  // namespace sock
