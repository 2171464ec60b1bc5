#pragma once

#include <string>
#include <string_view>

namespace sockclient {

/// Appends a whole line of a chat as it is shown in colour: what the server says (`* `) dim, the
/// name in `ana: ` and `ana -> you: ` bold, everything else as it is. The line has to be escaped:
/// the only escape sequences are those from here.
void append_styled(std::string& out, std::string_view line);

}  // namespace sockclient
