#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "options.hpp"

namespace sockclient {

/// The end of a line that is typed or given by --send; LF if --eol is not given.
inline std::string_view line_end(std::optional<Eol> eol) {
  constexpr std::array<std::string_view, 3> ends{"\n", "\r\n", ""};
  return ends.at(static_cast<std::size_t>(eol.value_or(Eol::lf)));
}

/// Removes the line end (LF or CR LF), if there is one.
std::string_view without_line_end(std::string_view line);

/// Converts the line ends of a pipe as --eol says, independent of how reads split them. CR LF is
/// one line end, also when split; `none` changes nothing.
class EolFilter {
 public:
  explicit EolFilter(Eol eol) : eol_(eol) {}

  /// Appends the converted `in`.
  void convert(std::string_view in, std::string& out);

  /// At the end of input: appends bytes that were held back.
  void finish(std::string& out);

 private:
  Eol eol_;
  bool held_cr_ = false;
};

}  // namespace sockclient
