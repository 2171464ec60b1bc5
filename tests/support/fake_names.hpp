#pragma once

#include <functional>
#include <string>
#include <vector>

/// Host names that only this test program knows: getaddrinfo(3) looks here first (see the
/// CMakeLists.txt).
namespace fake_names {

/// Gives `name` these numeric addresses, in this order.
void add(const std::string& name, std::vector<std::string> addresses);

/// Runs `action` at the beginning of each look-up of `name`, on its thread.
void on_look_up(const std::string& name, std::function<void()> action);

}  // namespace fake_names
