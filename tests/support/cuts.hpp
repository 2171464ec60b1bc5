#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

/// A stream of bytes, split into reads.
using Reads = std::vector<std::string_view>;

/// All splits of a stream to test: whole, byte by byte, and in two at every place.
inline std::vector<Reads> every_cut(std::string_view stream) {
  std::vector<Reads> cuts{{stream}};
  Reads bytes;
  for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(stream.substr(i, 1));
  cuts.push_back(bytes);
  for (std::size_t i = 1; i < stream.size(); ++i) {
    cuts.push_back({stream.substr(0, i), stream.substr(i)});
  }
  return cuts;
}
