// Doors as they are written after --listen, against the rules in door_options.hpp.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.hpp"
#include "sock/address.hpp"
#include "sockserver/door_options.hpp"

namespace {

// Written anew from what was understood, without what need not be said.
std::string written(const sockserver::DoorOptions& door) {
  const auto& place = door.place;
  std::string text = "unix:" + place.path;
  if (place.path.empty()) text = place.hosts.front() + ":" + std::to_string(place.port);
  if (place.datagrams) text.insert(0, "udp:");
  if (door.service != nullptr) text += "=" + door.protocol();
  if (place.permissions == 0600) return text;
  text += ",mode=";
  for (const unsigned shift : {6U, 3U, 0U}) {
    text += static_cast<char>('0' + ((place.permissions >> shift) & 7U));
  }
  return text;
}

void require_right(const sockserver::DoorOptions& door) {
  const auto& place = door.place;
  require(place.hosts.size() == 1 && !place.hosts.front().empty(), "no host");
  require(place.path.size() <= sock::longest_path, "a path that is too long");
  require(place.path.find_first_of("=,") == std::string::npos, "a path with an attribute in it");
  require(!place.datagrams || place.path.empty(), "datagrams at a path");
  require(place.permissions <= 0777, "a mode that is none");
  require(place.descriptor == -1, "a descriptor from nowhere");
  require(door.room.empty() || door.service->has_room, "a name without a room");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.ends_with('\n')) text.remove_suffix(1);  // a seed is a file of text
  try {
    const auto door = sockserver::parse_door(text);
    require(door.text == text, "not what was given");
    require_right(door);
    const auto again = sockserver::parse_door(written(door));
    require(written(again) == written(door), "read otherwise when it is written anew");
  } catch (const std::invalid_argument& error) {
    require(!std::string_view(error.what()).empty(), "no reason");
  }
  return 0;
}
