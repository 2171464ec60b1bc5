#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sock/endpoint.hpp"

namespace sockclient {

/// ADDRESS[:PORT] of --source and --proxy-from, where ADDRESS is numeric: `192.0.2.7`,
/// `192.0.2.7:5000`, `::1`, `[::1]:5000`. Returns nullopt if `text` is not of this form.
std::optional<sock::Endpoint> parse_source(std::string_view text);

/// For CLI::Option::check(): returns what is wrong with `text`, or an empty string.
std::string find_fault_of_source(const std::string& text);

}  // namespace sockclient
