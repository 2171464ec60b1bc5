#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sockclient {

/// The texts that --ping sends, all of one size: the number of the ping, a blank and letters, and a
/// line end, `7 kqzx...`; what has no room is left out. The letters come from a seed, so that the
/// text of another client is not taken for ours, and are others for each number.
class PingPayload {
 public:
  PingPayload(std::size_t size, std::uint32_t seed);

  /// How small a text can be and hold the number of each of `count` pings; nothing: of any.
  static std::size_t least_size(std::optional<std::uint64_t> count);

  std::size_t size() const { return size_; }

  /// That of a ping; valid until the next call.
  std::string_view of(std::uint64_t number);

  /// The number at the beginning of a text, be it ours or not.
  static std::optional<std::uint64_t> number_in(std::string_view text);

 private:
  std::size_t size_;
  std::string letters_;
  std::string text_;
};

}  // namespace sockclient
