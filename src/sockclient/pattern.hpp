#pragma once

#include <regex.h>

#include <memory>
#include <string>
#include <string_view>

namespace sockclient {

/// A POSIX extended regular expression (regex(7)), of the C library: std::regex calls itself for
/// each character and ends a program by a long line.
class Pattern {
 public:
  /// Throws std::invalid_argument, which names the expression and what is wrong with it.
  explicit Pattern(const std::string& text);

  /// Whether it fits to some part of `text`, which may have any bytes in it.
  bool matches(std::string_view text) const;

 private:
  std::shared_ptr<const regex_t> compiled_;
};

}  // namespace sockclient
