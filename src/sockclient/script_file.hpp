#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "options.hpp"

namespace sockclient {

/// The steps of a script, one a line: `send TEXT`, `recv`, `expect TEXT`, `match REGEX`, `pause T`,
/// `close`. Blank lines and those that begin with `#` are skipped. Throws std::invalid_argument:
/// `FILE:LINE: what is wrong`.
std::vector<ScriptStep> parse_script(std::string_view text, const std::string& file);

/// Throws in the same way if a step follows a `close`, be it of the same script or not.
void check_close(const std::vector<ScriptStep>& steps);

/// Those of a file; `-` is stdin. Throws too if it cannot be read.
std::vector<ScriptStep> read_script(const std::string& file);

}  // namespace sockclient
