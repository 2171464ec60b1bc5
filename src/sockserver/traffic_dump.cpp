#include "traffic_dump.hpp"

#include <fmt/format.h>

#include <exception>

namespace sockserver {

void TrafficDump::read(const sock::Client& client, std::string_view bytes) noexcept {
  show(client, &Directions::in, bytes);
}

void TrafficDump::wrote(const sock::Client& client, std::string_view bytes) noexcept {
  show(client, &Directions::out, bytes);
}

void TrafficDump::closed(const sock::Client& client) noexcept {
  const std::lock_guard lock(mutex_);
  open_.erase(client.id);
}

// The reference stays valid when other clients come and go.
TrafficDump::Directions& TrafficDump::directions_of(const sock::Client& client) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(client.id);
  if (found != open_.end()) return found->second;
  return open_
      .emplace(client.id, Directions{program::HexDump(fmt::format("#{} < ", client.id)),
                                     program::HexDump(fmt::format("#{} > ", client.id))})
      .first->second;
}

void TrafficDump::show(const sock::Client& client, Direction direction,
                       std::string_view bytes) noexcept try {
  auto& dump = directions_of(client).*direction;
  while (!bytes.empty()) sink_.write(dump.next(bytes));
} catch (const std::exception&) {  // out of memory
}

}  // namespace sockserver
