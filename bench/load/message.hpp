#pragma once

#include <cstdint>
#include <string>

namespace load {

/// A line of `size` bytes that is different for each client and each round.
class Message {
 public:
  Message(std::size_t client, std::size_t size);

  void number(std::uint64_t round);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace load
