#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sock/door.hpp"
#include "sock/service.hpp"

namespace sockserver {

/// A door as the user wants it: where it is, and what serves clients there.
struct DoorOptions {
  std::string text;                           ///< as it was given; empty: it is the only one
  sock::Door place{};                         ///< without its service
  const sock::ServiceRow* service = nullptr;  ///< nullptr: none was named
  std::string room{};                         ///< the name behind `chat/`
  std::vector<std::string> faults{};          ///< of this door: each is a fault, as it was given
  bool tls = false;

  /// Whether it is at every address of this machine, so that no host names it.
  bool is_everywhere() const;

  /// The protocol as it is told: `echo`, `chat/aula2`.
  std::string protocol() const;
};

/// Reads `WHERE[=PROTOCOL[/NAME]][,ATTRIBUTE...]`: `9001`, `*:9001=chat`, `udp:7=echo`,
/// `unix:/run/chat=chat/aula2,mode=0660`. WHERE is what sock::parse_address() reads, or `udp:` and
/// an address of IP.
///
/// WHERE ends at the first `=` or `,`: the path of a UNIX socket cannot have one of them in it.
/// There is no escape, so that a door reads the same in a shell, in a unit file and in a message.
///
/// Throws std::invalid_argument, which says what is wrong, but not with which door.
DoorOptions parse_door(std::string_view text);

/// Reads `PROTOCOL[/NAME]` into the door; throws as parse_door() does.
void set_protocol(DoorOptions& door, std::string_view text);

/// Gives each door its own faults besides those of all doors.
void set_faults(std::vector<DoorOptions>& doors, const sock::Faults& of_all);

/// What is wrong with these doors, of which each has its service: a protocol or a fault that is not
/// for such a door, two doors at one address. Empty: nothing.
std::string complaint(const std::vector<DoorOptions>& doors);

/// The doors of a server. Those of one protocol and NAME share a service; those with TLS have
/// `tls`.
std::vector<sock::Door> make_doors(const std::vector<DoorOptions>& doors,
                                   const sock::MessageOptions& messages,
                                   const std::shared_ptr<const sock::TlsContext>& tls = {});

}  // namespace sockserver
