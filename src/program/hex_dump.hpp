#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace program {

/// Shows the bytes of one direction like `hexdump -C`, with a mark in front of each row:
///
///     < 00000000  48 6f 6c 61 20 71 75 65  20 74 61 6c 0a           |Hola que tal.|
///
/// Each read or write begins a row of its own, so that it is seen where one ended; the offset goes
/// on through all of them.
class HexDump {
 public:
  explicit HexDump(std::string mark) : mark_(std::move(mark)) {}

  /// Takes bytes from the front of `bytes`, 512 at most, and shows them: whole rows, together no
  /// more than 4,096 bytes if the mark has no more than 24; nothing (an empty datagram) is a row
  /// too. Valid until the next call.
  std::string_view next(std::string_view& bytes);

 private:
  void append_row(std::string_view bytes);

  std::string mark_;
  std::uint64_t offset_ = 0;
  std::string rows_;
};

}  // namespace program
