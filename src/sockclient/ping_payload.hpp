#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sockclient {

/// The texts that --ping sends, all of one size: the number of the ping, a space, letters and a
/// line end, `7 kqzx...`, cut to the size. The letters come from a seed, so that another client's
/// text is not taken for ours, and differ for each number.
class PingPayload {
 public:
  PingPayload(std::size_t size, std::uint32_t seed);

  /// The smallest size that holds the numbers of `count` pings, or of any number of pings.
  static std::size_t least_size(std::optional<std::uint64_t> count);

  std::size_t size() const { return size_; }

  /// The text of one ping; valid until the next call.
  std::string_view of(std::uint64_t number);

  /// The number at the beginning of any text, ours or not.
  static std::optional<std::uint64_t> number_in(std::string_view text);

 private:
  std::size_t size_;
  std::string letters_;
  std::string text_;
};

}  // namespace sockclient
