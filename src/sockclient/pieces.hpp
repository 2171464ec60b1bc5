#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "eol.hpp"
#include "options.hpp"

namespace sockclient {

/// Splits the input of a pipe into the pieces to send, with line ends as --eol says: for a stream
/// as it was read, for datagrams line by line. `--eol none` removes the line end from a datagram;
/// it changes nothing in a stream.
class Pieces {
 public:
  explicit Pieces(const Options& options);

  /// Adds bytes that were read, which must stay valid until the next call; empty: the end of input.
  void add(std::string_view read);

  /// Returns the next piece, which may be empty; valid until the next add(). Returns nullopt if
  /// more input is needed. A line longer than a datagram is not waited for: its beginning is
  /// returned, which Wire::offer() rejects.
  std::optional<std::string_view> next();

 private:
  std::optional<std::string_view> next_line();

  std::optional<Eol> eol_;
  EolFilter filter_;
  bool is_cut_;  // at line ends
  bool has_ended_ = false;
  std::string text_;       // holds `rest_`, unless that is unchanged input
  std::string_view rest_;  // not yet split
  std::size_t seen_ = 0;   // bytes of `rest_` already searched: they hold no line end
};

}  // namespace sockclient
