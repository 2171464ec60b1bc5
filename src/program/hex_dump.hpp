#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace program {

/// Shows the bytes of one direction like `hexdump -C`, with a mark before each row:
///
///     < 00000000  48 6f 6c 61 20 71 75 65  20 74 61 6c 0a           |Hola que tal.|
///
/// Each read or write begins a new row, so that its end is visible; the offset continues through
/// all of them.
class HexDump {
 public:
  explicit HexDump(std::string mark) : mark_(std::move(mark)) {}

  /// Removes up to 512 bytes from the front of `bytes` and shows them: whole rows, at most 4,096
  /// bytes in total if the mark has at most 24; an empty datagram is a row too. The result is valid
  /// until the next call.
  std::string_view next(std::string_view& bytes);

 private:
  void append_row(std::string_view bytes);

  std::string mark_;
  std::uint64_t offset_ = 0;
  std::string rows_;
};

}  // namespace program
