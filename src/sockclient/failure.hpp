#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace sockclient {

/// Why the exchange ended badly: what main() says, a line of help where one is surely right, and
/// the exit status.
struct Failure : std::runtime_error {
  explicit Failure(const std::string& what, int exit_status = 1, std::string line_of_help = {})
      : runtime_error(what), status(exit_status), hint(std::move(line_of_help)) {}

  int status;
  std::string hint;
};

}  // namespace sockclient
