#pragma once

#include <cstddef>
#include <cstdint>

namespace sock {

/// What a server has done so far.
struct Totals {
  std::uint64_t served = 0;  ///< connections accepted and not refused, and datagram peers
  std::uint64_t refused = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t datagrams_in = 0;
  std::uint64_t datagrams_out = 0;
  std::size_t active = 0;  ///< connections open now
  std::size_t peak = 0;    ///< the most that were open at once
};

}  // namespace sock
