#pragma once

#include <string>

#include "sock/endpoint.hpp"

namespace sockserver {

/// The address of this machine by which others on its network call it: the one from which the
/// system would send beyond that network. Empty without a network of this family; `any` is IPv4.
/// Nothing is sent.
std::string own_address(sock::Family family);

}  // namespace sockserver
