#include "ping_payload.hpp"

#include <charconv>
#include <limits>
#include <random>

namespace sockclient {
namespace {

constexpr std::size_t beginnings = 61;  // of the letters; a prime, so that consecutive pings differ

}  // namespace

PingPayload::PingPayload(std::size_t size, std::uint32_t seed)
    : size_(size), letters_(size + beginnings, ' ') {
  std::minstd_rand random(seed);
  for (char& letter : letters_) letter = static_cast<char>('a' + random() % 26);
}

std::size_t PingPayload::least_size(std::optional<std::uint64_t> count) {
  return std::to_string(count.value_or(std::numeric_limits<std::uint64_t>::max())).size() + 1;
}

std::string_view PingPayload::of(std::uint64_t number) {
  text_ = std::to_string(number);
  if (text_.size() + 1 < size_) text_ += ' ';
  if (text_.size() + 1 < size_) {
    text_.append(letters_, static_cast<std::size_t>(number % beginnings), size_ - 1 - text_.size());
  }
  text_ += '\n';
  return text_;
}

std::optional<std::uint64_t> PingPayload::number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return {};
  return number;
}

}  // namespace sockclient
