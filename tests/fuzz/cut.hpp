#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "support/cuts.hpp"

/// A stream in few ways that differ much: whole, byte by byte, and in pieces whose sizes the bytes
/// themselves choose. (every_cut() takes a time that grows with the square of the size.)
inline std::vector<Reads> some_cuts(std::string_view stream) {
  Reads bytes;
  Reads pieces;
  for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(stream.substr(i, 1));
  for (std::size_t i = 0; i < stream.size();) {
    const std::size_t size = 1 + static_cast<unsigned char>(stream[i]) * 7 % 13;
    pieces.push_back(stream.substr(i, size));
    i += size;
  }
  if (stream.empty()) return {{}};
  return {{stream}, bytes, pieces};
}
