#include "door_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "program/fault_option.hpp"
#include "sock/address.hpp"
#include "sock/escape.hpp"

namespace sockserver {
namespace {

using sock::Door;
using sock::ServiceRow;

[[noreturn]] void fail(const std::string& why) { throw std::invalid_argument(why); }

// Removes the text before one of `ends` from the front of `text`, and returns it.
std::string_view take_until(std::string_view& text, std::string_view ends) {
  const auto taken = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(taken.size());
  return taken;
}

// Removes `c` from the front of `text`, if it is there.
bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

template <typename Wanted>
std::string names_of(Wanted wanted) {
  std::vector<std::string_view> names;
  for (const auto& row : sock::services()) {
    if (wanted(row)) names.push_back(row.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

Door parse_place(std::string_view text) {
  constexpr std::string_view udp = "udp:";
  Door door;
  door.datagrams = text.starts_with(udp);
  if (door.datagrams) text.remove_prefix(udp.size());
  if (text.starts_with(udp)) fail("udp: stands there twice");
  const auto address = sock::parse_address(text);
  if (door.datagrams && address.is_local()) fail("udp: goes with a port, not with a path");
  door.hosts = {address.host};
  door.port = address.port;
  door.path = address.path;
  return door;
}

std::uint32_t parse_permissions(std::string_view text) {
  constexpr int octal = 8;
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, octal);
  if (error != std::errc() || rest != end || value > 0777) {
    fail(fmt::format("mode: \"{}\" is not an octal number (0 to 0777)", text));
  }
  return value;
}

void set_attribute(DoorOptions& door, std::string_view text) {
  const auto whole = text;
  const auto name = take_until(text, "=");
  if (program::is_fault(name)) {
    program::add_fault(door.place.faults, whole);
    door.faults.emplace_back(whole);
    return;
  }
  const bool has_value = take(text, '=');
  if (name == "tls" || name == "proxy") {
    if (has_value) fail(fmt::format("{} takes no value", name));
    (name == "tls" ? door.tls : door.place.proxy) = true;
    if (!door.place.datagrams) return;
    fail(fmt::format("{} is not for datagrams", name));
  }
  if (sock::find_service(name.substr(0, name.find('/'))) != nullptr) {
    fail(fmt::format("a protocol stands before the attributes, as in 9001={}", name));
  }
  if (name != "mode") {
    fail(fmt::format("there is no attribute \"{}\" (tls, proxy, mode=0660, {})", name,
                     program::fault_usages()));
  }
  if (!has_value) fail("mode needs a value, as in mode=0660");
  if (door.place.path.empty() || door.place.path.starts_with('@')) {
    fail("mode= is for the path of a UNIX socket");
  }
  door.place.permissions = parse_permissions(text);
}

// Whether the system would refuse the second address.
bool have_one_address(const Door& one, const Door& other) {
  if (one.descriptor >= 0 || other.descriptor >= 0) return false;
  if (!one.path.empty() || !other.path.empty()) return one.path == other.path;
  return one.port != 0 && one.port == other.port && one.hosts == other.hosts &&
         one.datagrams == other.datagrams;
}

// The prefix of an error message; the only door has no name.
std::string named(const DoorOptions& door) {
  return door.text.empty() ? "" : "\"" + door.text + "\": ";
}

}  // namespace

bool DoorOptions::is_everywhere() const {
  return std::any_of(place.hosts.begin(), place.hosts.end(), [](const std::string& host) {
    return host == "*" || host == "0.0.0.0" || host == "::";
  });
}

std::string DoorOptions::protocol() const {
  return std::string(service->name) + (room.empty() ? "" : "/" + room);
}

void set_protocol(DoorOptions& door, std::string_view text) {
  const auto name = take_until(text, "/");
  door.service = sock::find_service(name);
  if (door.service == nullptr) {
    fail(fmt::format("\"{}\" is not one of {}", name,
                     names_of([](const ServiceRow&) { return true; })));
  }
  if (!take(text, '/')) return;
  if (!door.service->has_room) fail(fmt::format("{} has no rooms with names", name));
  const bool is_plain = sock::escaped(text) == text && text.find_first_of(" \t/=") == text.npos;
  if (text.empty() || !is_plain) {
    fail(fmt::format("\"{}\" is not a name of a room (no blanks, no / and =)", text));
  }
  door.room = text;
}

DoorOptions parse_door(std::string_view text) {
  DoorOptions door{.text = std::string(text)};
  door.place = parse_place(take_until(text, "=,"));
  if (take(text, '=')) {
    try {
      set_protocol(door, take_until(text, ","));
    } catch (const std::invalid_argument& error) {
      if (door.place.path.empty()) throw;
      fail(fmt::format("{} (a path ends at its first = or ,)", error.what()));
    }
  }
  while (take(text, ',')) set_attribute(door, take_until(text, ","));
  return door;
}

void set_faults(std::vector<DoorOptions>& doors, const sock::Faults& of_all) {
  for (auto& door : doors) {
    door.place.faults = of_all;
    for (const auto& fault : door.faults) program::add_fault(door.place.faults, fault);
  }
}

std::string complaint(const std::vector<DoorOptions>& doors) {
  for (auto door = doors.begin(); door != doors.end(); ++door) {
    if (door->place.datagrams && !door->service->takes_datagrams) {
      return fmt::format("{}{} is not for datagrams ({} are)", named(*door), door->service->name,
                         names_of([](const ServiceRow& row) { return row.takes_datagrams; }));
    }
    const auto& faults = door->place.faults;
    if (door->place.datagrams && sock::need_a_stream(faults)) {
      return fmt::format("{}of the faults, datagrams can have mute, flip and share", named(*door));
    }
    if (!door->place.path.empty() && faults.reset) {
      return fmt::format("{}a UNIX socket has no reset", named(*door));
    }
    if (faults.share != sock::Faults().share && (!faults.any() || faults.no_accept)) {
      return fmt::format("{}share goes with a fault that a connection can have", named(*door));
    }
    const auto same = std::find_if(doors.begin(), door, [&](const DoorOptions& other) {
      return have_one_address(other.place, door->place);
    });
    if (same != door) {
      return fmt::format("{}its address is that of \"{}\"", named(*door), same->text);
    }
  }
  return {};
}

std::vector<Door> make_doors(const std::vector<DoorOptions>& doors,
                             const sock::MessageOptions& messages,
                             const std::shared_ptr<const sock::TlsContext>& tls) {
  // Datagram doors have a thread of their own, and share no service with the others.
  std::map<std::pair<std::string, bool>, std::shared_ptr<sock::Service>> services;
  std::vector<Door> made;
  for (const auto& door : doors) {
    auto& service = services[{door.protocol(), door.place.datagrams}];
    if (service == nullptr) service = door.service->make(messages);
    made.push_back(door.place);
    made.back().service = service;
    if (door.tls) made.back().tls = tls;
  }
  return made;
}

}  // namespace sockserver
