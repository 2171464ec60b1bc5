#include "message.hpp"

#include <algorithm>

namespace load {
namespace {

constexpr std::size_t digits = 12;

}  // namespace

Message::Message(std::size_t client, std::size_t size)
    : text_(std::max<std::size_t>(size, digits + 2), 'x') {
  std::uint64_t random = 0x9E3779B97F4A7C15U * (client + 1);
  for (char& letter : text_) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    letter = static_cast<char>('a' + (random >> 33) % 26);
  }
  text_.back() = '\n';
  number(0);
}

void Message::number(std::uint64_t round) {
  for (std::size_t i = 0; i < digits; ++i, round >>= 4) text_[i] = "0123456789abcdef"[round & 15];
}

}  // namespace load
