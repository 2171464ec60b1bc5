#pragma once

#include <string_view>

namespace sock {

// Names in a chat are ASCII on purpose: there are no look-alikes.

/// Whether `text` has the form of a name: [A-Za-z0-9][A-Za-z0-9._-]{0,15}.
bool is_chat_name(std::string_view text);

/// Whether nobody may choose the name: it has a meaning of its own, or is a guest's.
bool is_reserved_chat_name(std::string_view name);

/// As names, and commands, are compared.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace sock
