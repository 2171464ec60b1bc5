#pragma once

#include <functional>
#include <string>
#include <vector>

/// Names that this test program alone knows: getaddrinfo(3) asks here first (see the
/// CMakeLists.txt).
namespace fake_names {

/// `name` has these numeric addresses, in this order.
void add(const std::string& name, std::vector<std::string> addresses);

/// What a look-up of `name` does first, on the thread that makes it.
void on_look_up(const std::string& name, std::function<void()> action);

}  // namespace fake_names
