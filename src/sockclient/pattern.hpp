#pragma once

#include <regex.h>

#include <memory>
#include <string>
#include <string_view>

namespace sockclient {

/// A POSIX extended regular expression (regex(7)) of the C library: std::regex recurses for each
/// character, and a long line overflows the stack.
class Pattern {
 public:
  /// Throws std::invalid_argument, which names the expression and its error.
  explicit Pattern(const std::string& text);

  /// Whether it matches a part of `text`, which may contain any bytes.
  bool matches(std::string_view text) const;

 private:
  std::shared_ptr<const regex_t> compiled_;
};

}  // namespace sockclient
