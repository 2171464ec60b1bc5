#include "program/values.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace program {
namespace {

constexpr std::uint64_t most_bytes = std::numeric_limits<std::ptrdiff_t>::max();
constexpr std::uint64_t max_milliseconds = 1'000'000ULL * 3'600'000;

// Removes the digits at the front of `text`. Returns nullopt if there are none, or on overflow.
std::optional<std::uint64_t> take_digits(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<std::uint64_t> milliseconds_in(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit == "s" || unit.empty()) return 1000;
  if (unit == "m") return 60'000;
  if (unit == "h") return 3'600'000;
  return std::nullopt;
}

std::optional<std::uint64_t> bytes_in(std::string_view unit) {
  if (unit.empty()) return 1;
  if (unit == "K" || unit == "k") return 1ULL << 10U;
  if (unit == "M" || unit == "m") return 1ULL << 20U;
  if (unit == "G" || unit == "g") return 1ULL << 30U;
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto whole = take_digits(text);
  if (!whole) return std::nullopt;
  std::uint64_t fraction = 0;
  std::uint64_t scale = 1;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t before = text.size();
    const auto digits = take_digits(text);
    if (!digits || before - text.size() > 9) return std::nullopt;
    fraction = *digits;
    for (std::size_t i = text.size(); i < before; ++i) scale *= 10;
  }
  const auto unit = milliseconds_in(text);
  if (!unit || *whole > max_milliseconds / *unit) return std::nullopt;
  const std::uint64_t total = *whole * *unit + (fraction * *unit + scale - 1) / scale;
  if (total > max_milliseconds) return std::nullopt;
  return std::chrono::milliseconds(total);
}

std::optional<std::size_t> parse_size(std::string_view text) {
  const auto number = take_digits(text);
  const auto unit = bytes_in(text);
  if (!number || !unit || *number > most_bytes / *unit) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(*number * *unit);
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  const auto number = take_digits(text);
  return text.empty() ? number : std::nullopt;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (const auto number = parse_number(text)) {
    if (*number > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  const servent* const service = ::getservbyname(std::string(text).c_str(), "tcp");
  if (service == nullptr) return std::nullopt;
  return ntohs(static_cast<std::uint16_t>(service->s_port));
}

std::string find_fault_of_name(const std::string& text) {
  return text.empty() ? "\"\" is no name" : "";
}

std::string to_text(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  if (count < 1000 && count != 0) return fmt::format("{} ms", count);
  const auto tenths = count / 100;
  if (tenths % 10 == 0) return fmt::format("{} s", tenths / 10);
  return fmt::format("{}.{} s", tenths / 10, tenths % 10);
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} byte{}", bytes, bytes == 1 ? "" : "s");
  constexpr std::array units{"kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  // 999.95 would be rounded to four digits.
  for (; value >= 999.95 && unit + 1 < units.size(); ++unit) value /= 1000;
  return fmt::format("{:.1f} {}", value, units[unit]);
}

}  // namespace program
