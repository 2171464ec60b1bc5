#pragma once

#include <string_view>

namespace sock {

// Names in a chat are ASCII on purpose: no look-alikes from other scripts.

/// Whether `text` has the form of a name: [A-Za-z0-9][A-Za-z0-9._-]{0,15}.
bool is_chat_name(std::string_view text);

/// Whether a member must not choose the name: it has a special meaning, or is a guest's name.
bool is_reserved_chat_name(std::string_view name);

/// How names and commands are compared.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace sock
