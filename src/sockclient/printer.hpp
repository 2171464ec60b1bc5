#pragma once

#include <string_view>

#include "options.hpp"
#include "screen.hpp"
#include "timestamps.hpp"

namespace sockclient {

/// Writes what comes to stdout, where nobody is typing below it: byte-exact, or escaped on a
/// terminal unless --raw; with the time before every line if the options ask for it. Throws what
/// write_out() throws.
class Printer {
 public:
  explicit Printer(const Options& options);

  void print(std::string_view bytes);

  /// At the end of what comes.
  void finish();

 private:
  bool is_escaped_;
  bool is_stamped_;
  Screen screen_;
  Timestamps timestamps_;
};

}  // namespace sockclient
