#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace program {

// For CLI::Option::transform(): each says what a value is not, and else gives it the form in which
// CLI11 reads it. Only the last value of an option is looked at, since only that one counts. The
// description of each is what the documents call the value, T or SIZE.

CLI::Validator port(std::uint16_t least = 0);  ///< a number, or the name of a service (`http`)
CLI::Validator duration();                     ///< in milliseconds
CLI::Validator size(std::size_t least = 1);    ///< in bytes
CLI::Validator number(std::uint64_t least = 0,
                      std::uint64_t most = std::numeric_limits<std::uint32_t>::max());

/// One of these words, which must stay where they are. The value is the place among them: the
/// enumerator of an enumeration that stands in the same order. The documents tell the words:
/// `NAME:these | those` is its description.
CLI::Validator one_of(const std::vector<std::string_view>& words, std::string_view name = "NAME");

/// Where a duration() goes: `app.add_option_function("--wait", into(wait))->transform(duration())`.
template <typename Time>
std::function<void(const std::uint64_t&)> into(Time& time) {
  return [&time](std::uint64_t count) { time = std::chrono::milliseconds(count); };
}

}  // namespace program
