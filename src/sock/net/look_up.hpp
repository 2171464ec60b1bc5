#pragma once

#include <netdb.h>

#include <memory>
#include <optional>
#include <string>

#include "sock/wait.hpp"

namespace sock {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

/// What getaddrinfo(3) found.
struct LookUp {
  int code = 0;   // 0, or one of EAI_...
  int error = 0;  // errno, if the code is EAI_SYSTEM
  std::unique_ptr<addrinfo, FreeAddresses> addresses;
};

/// Looks up the addresses of `host`, a name or a numeric address. Returns nullopt if the deadline
/// came first.
std::optional<LookUp> look_up(const std::string& host, Clock::time_point deadline);

}  // namespace sock
