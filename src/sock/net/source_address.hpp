#pragma once

#include <optional>
#include <string>
#include <system_error>

#include "sock/endpoint.hpp"

namespace sock {

/// The family of addresses to connect to from `source`: its own family, if `wanted` is Family::any.
/// Otherwise, or without a source, `wanted`.
Family family_from(const std::optional<Endpoint>& source, Family wanted);

/// Binds the socket to `source` before it connects. Does nothing without a source.
std::error_code bind_source(int fd, const std::optional<Endpoint>& source);

/// For messages: ` from 192.0.2.7:5000`, ` from 192.0.2.7`; empty without a source.
std::string words_of(const std::optional<Endpoint>& source);

}  // namespace sock
