#pragma once

#include <string>
#include <string_view>

namespace sockclient {

/// Appends a whole line of a chat in colour: the server's notices (`* `) dim, the name in `ana: `
/// and `ana -> you: ` bold, everything else unchanged. The line must be escaped already: the only
/// escape sequences are the ones added here.
void append_styled(std::string& out, std::string_view line);

}  // namespace sockclient
