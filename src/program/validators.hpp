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

// For CLI::Option::transform(): each explains a wrong value, and converts a right one to the form
// that CLI11 reads. Only the last value of an option is checked, since only that one counts. The
// description of each is the value's name in the documents, T or SIZE.

CLI::Validator port(std::uint16_t least = 0);  ///< a number, or the name of a service (`http`)
CLI::Validator duration();                     ///< in milliseconds
CLI::Validator size(std::size_t least = 1);    ///< in bytes
CLI::Validator number(std::uint64_t least = 0,
                      std::uint64_t most = std::numeric_limits<std::uint32_t>::max());

/// One of `words`, which must outlive the parsing. The value is the word's index: the enumerator of
/// an enumeration in the same order. The documents list the words: its description is
/// `NAME:these | those`.
CLI::Validator one_of(const std::vector<std::string_view>& words, std::string_view name = "NAME");

/// Stores a duration(): `app.add_option_function("--wait", into(wait))->transform(duration())`.
template <typename Time>
std::function<void(const std::uint64_t&)> into(Time& time) {
  return [&time](std::uint64_t count) { time = std::chrono::milliseconds(count); };
}

}  // namespace program
