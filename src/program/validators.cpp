#include "program/validators.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "program/values.hpp"

namespace program {
namespace {

constexpr auto no_limit = std::numeric_limits<std::uint64_t>::max();

// `read` parses a value and returns nullopt if it is not `what`. The documents call it `name`.
template <typename Read>
CLI::Validator validator(std::string name, std::string what, Read read, std::uint64_t least = 0,
                         std::uint64_t most = no_limit) {
  const auto take = [what = std::move(what), read, least, most](std::string& text) {
    const auto value = read(text);
    if (!value || *value < least || *value > most) {
      return fmt::format("\"{}\" is not {}", text, what);
    }
    text = std::to_string(*value);
    return std::string();
  };
  return CLI::Validator(take, std::move(name)).application_index(0);
}

std::optional<std::uint64_t> milliseconds(std::string_view text) {
  const auto time = parse_duration(text);
  if (!time) return std::nullopt;
  return static_cast<std::uint64_t>(time->count());
}

}  // namespace

CLI::Validator port(std::uint16_t least) {
  return validator("PORT", fmt::format("a port ({} to 65535)", least), parse_port, least);
}

CLI::Validator duration() {
  return validator("T", "a time (like 500ms, 5s, 2m, 1h)", milliseconds);
}

CLI::Validator size(std::size_t least) {
  return validator("SIZE", "a size (like 4096, 64K, 1M)", parse_size, least);
}

CLI::Validator number(std::uint64_t least, std::uint64_t most) {
  return validator("N", fmt::format("a number ({} to {})", least, most), parse_number, least, most);
}

CLI::Validator one_of(const std::vector<std::string_view>& words, std::string_view name) {
  const auto place = [words](std::string_view text) {
    const auto found = std::find(words.begin(), words.end(), text);
    const auto index = static_cast<std::uint64_t>(found - words.begin());
    return found == words.end() ? std::nullopt : std::optional(index);
  };
  return validator(fmt::format("{}:{}", name, fmt::join(words, " | ")),
                   fmt::format("one of {}", fmt::join(words, ", ")), place);
}

}  // namespace program
