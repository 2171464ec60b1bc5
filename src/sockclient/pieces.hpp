#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "eol.hpp"
#include "options.hpp"

namespace sockclient {

/// What a pipe brings, with its line ends as --eol says, in the pieces in which it is sent: to a
/// stream as it was read, as datagrams a line each. `--eol none` takes the end off a line that is a
/// datagram; it changes nothing in a stream.
class Pieces {
 public:
  explicit Pieces(const Options& options);

  /// What was read, which stays where it is until the next call; empty: the end of input.
  void add(std::string_view read);

  /// The next piece, which may be empty; valid until the next call of add(). Nothing: more has to
  /// be read. A line that is longer than a datagram can be is not waited for: its beginning comes,
  /// too long for a datagram.
  std::optional<std::string_view> next();

 private:
  std::optional<std::string_view> next_line();

  std::optional<Eol> eol_;
  EolFilter filter_;
  bool is_cut_;  // at line ends
  bool has_ended_ = false;
  std::string text_;       // where `rest_` is, unless that is as it was read
  std::string_view rest_;  // what has not become a piece yet
  std::size_t seen_ = 0;   // so much of `rest_` has no line end in it
};

}  // namespace sockclient
