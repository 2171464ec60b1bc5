#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sock/door.hpp"
#include "sock/service.hpp"

namespace sockserver {

/// A door as the user describes it: its address, and the service there.
struct DoorOptions {
  std::string text;                           ///< as given; empty: the only door
  sock::Door place{};                         ///< without its service
  const sock::ServiceRow* service = nullptr;  ///< nullptr: not given
  std::string room{};                         ///< the NAME of `chat/NAME`
  std::vector<std::string> faults{};          ///< of this door only, as given
  bool tls = false;

  /// Whether the door listens on all addresses of this machine, so that no host names it.
  bool is_everywhere() const;

  /// The protocol as it is reported: `echo`, `chat/aula2`.
  std::string protocol() const;
};

/// Reads `WHERE[=PROTOCOL[/NAME]][,ATTRIBUTE...]`: `9001`, `*:9001=chat`, `udp:7=echo`,
/// `unix:/run/chat=chat/aula2,mode=0660`. WHERE is what sock::parse_address() reads, or `udp:` and
/// an IP address.
///
/// WHERE ends at the first `=` or `,`: the path of a UNIX socket cannot contain them. There is no
/// escape, so that a door looks the same in a shell, in a unit file and in a message.
///
/// Throws std::invalid_argument, which says what is wrong but does not name the door.
DoorOptions parse_door(std::string_view text);

/// Reads `PROTOCOL[/NAME]` into the door; throws as parse_door() does.
void set_protocol(DoorOptions& door, std::string_view text);

/// Gives each door its own faults in addition to the faults of all doors.
void set_faults(std::vector<DoorOptions>& doors, const sock::Faults& of_all);

/// Returns what is wrong with these doors, all with a service: a protocol or fault that does not
/// fit the door, or two doors at one address. Empty if nothing is wrong.
std::string complaint(const std::vector<DoorOptions>& doors);

/// The doors of a server. Doors with the same protocol and NAME share a service; TLS doors use
/// `tls`.
std::vector<sock::Door> make_doors(const std::vector<DoorOptions>& doors,
                                   const sock::MessageOptions& messages,
                                   const std::shared_ptr<const sock::TlsContext>& tls = {});

}  // namespace sockserver
