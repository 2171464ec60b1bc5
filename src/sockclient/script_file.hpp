#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "options.hpp"

namespace sockclient {

/// The steps of a script, one per line: `send TEXT`, `recv`, `expect TEXT`, `match REGEX`,
/// `pause T`, `close`. Blank lines and lines that begin with `#` are skipped. Throws
/// std::invalid_argument: `FILE:LINE: what is wrong`.
std::vector<ScriptStep> parse_script(std::string_view text, const std::string& file);

/// Throws std::invalid_argument too, if a step follows a `close`, also across scripts.
void check_close(const std::vector<ScriptStep>& steps);

/// The steps of a file; `-` is stdin. Also throws std::invalid_argument if it cannot be read.
std::vector<ScriptStep> read_script(const std::string& file);

}  // namespace sockclient
