#include "program/hex_dump.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace program {
namespace {

constexpr std::size_t bytes_in_row = 16;
constexpr std::size_t rows_at_once = 32;

}  // namespace

std::string_view HexDump::next(std::string_view& bytes) {
  rows_.clear();
  std::size_t rows = 0;
  do {
    const auto taken = bytes.substr(0, bytes_in_row);
    append_row(taken);
    offset_ += taken.size();
    bytes.remove_prefix(taken.size());
  } while (++rows < rows_at_once && !bytes.empty());
  return rows_;
}

void HexDump::append_row(std::string_view bytes) {
  constexpr std::size_t hex_width = 3 * bytes_in_row + 2;
  fmt::format_to(std::back_inserter(rows_), "{}{:08x} ", mark_, offset_);
  const std::size_t hex_end = rows_.size() + hex_width;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == bytes_in_row / 2) rows_ += ' ';
    const auto byte = static_cast<unsigned char>(bytes[i]);
    rows_ += {' ', "0123456789abcdef"[byte >> 4U], "0123456789abcdef"[byte & 0xFU]};
  }
  rows_.append(hex_end - rows_.size(), ' ');
  rows_ += " |";
  std::transform(bytes.begin(), bytes.end(), std::back_inserter(rows_),
                 [](char c) { return c >= ' ' && c <= '~' ? c : '.'; });
  rows_ += "|\n";
}

}  // namespace program
