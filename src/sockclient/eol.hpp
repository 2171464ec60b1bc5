#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "options.hpp"

namespace sockclient {

/// What ends a line that is typed or given by --send; LF if --eol is not given.
inline std::string_view line_end(std::optional<Eol> eol) {
  constexpr std::array<std::string_view, 3> ends{"\n", "\r\n", ""};
  return ends.at(static_cast<std::size_t>(eol.value_or(Eol::lf)));
}

/// A line without its end, LF or CR LF, if it has one.
std::string_view without_line_end(std::string_view line);

/// Gives the lines of a pipe the ends that --eol asks for, wherever the reads cut them. CR LF is
/// one line end, also across a cut; `none` changes nothing.
class EolFilter {
 public:
  explicit EolFilter(Eol eol) : eol_(eol) {}

  /// Appends what is to be sent for `in`.
  void convert(std::string_view in, std::string& out);

  /// At the end of input: what was held back.
  void finish(std::string& out);

 private:
  Eol eol_;
  bool held_cr_ = false;
};

}  // namespace sockclient
