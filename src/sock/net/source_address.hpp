#pragma once

#include <optional>
#include <string>
#include <system_error>

#include "sock/endpoint.hpp"

namespace sock {

/// Which addresses can be connected to from `source`: those of its own family. Without a source, or
/// if it is of another family than `wanted`, `wanted`.
Family family_from(const std::optional<Endpoint>& source, Family wanted);

/// Gives the socket its own end before it connects. Does nothing without a source.
std::error_code bind_source(int fd, const std::optional<Endpoint>& source);

/// For messages: ` from 192.0.2.7:5000`, ` from 192.0.2.7`; empty without a source.
std::string words_of(const std::optional<Endpoint>& source);

}  // namespace sock
