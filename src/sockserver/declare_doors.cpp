#include "declare_doors.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "program/help.hpp"
#include "sock/escape.hpp"

namespace sockserver {
namespace {

constexpr auto about_doors =
    R"(Doors: where clients connect, and what serves them there.

  --listen WHERE[=PROTOCOL[/NAME]][,ATTRIBUTE...]  again for each door

WHERE                                  at once TCP, UNIX sockets and datagrams
  9001            localhost, port 9001; HOST:9001, [::1]:9001, *:9001 (all)
  unix:PATH       a UNIX socket; unix:@NAME has no file
  udp:9001        datagrams, each of which is a message: echo, quit, hola;
                  1024 peers are remembered, --max-conns does not count them
PROTOCOL          without it, that of --protocol
/NAME             chat: a room of its own; other doors of a protocol share it
mode=0660         unix:PATH: who may connect; without it 0600, its owner
tls               encrypted: --help=tls
proxy             a proxy's header (PROXY, version 1 or 2) is required there,
                  within 5 s; the log has the address that it names
drip=1, mute ...  what goes wrong there on purpose: --help=faults

Examples
  sockserver --listen 9001=chat --listen unix:/run/sock/chat=chat,mode=0666
  sockserver --listen 9001=chat --listen 9002=chat/aula2
  sockserver --listen '*:7007=echo' --listen 'udp:*:7007=echo'
  sockserver --listen 9001=echo --listen 9002=echo,drip=1,close=1000
  sockserver --listen 9443=quit,tls --listen 127.0.0.1:9003=whoami,proxy

Talk through them
  sockclient localhost 9001       sockclient unix:/run/sock/chat
  nc localhost 9001               nc -U /run/sock/chat       nc -u HOST 7007

Sockets that a service manager hands over are doors too: sockserver(1).
)";

// Returns what is wrong with a door, or an empty string.
std::string find_fault(const std::string& door) {
  try {
    parse_door(door);
    return {};
  } catch (const std::invalid_argument& error) {
    return sock::escaped(fmt::format("\"{}\": {}", door, error.what()));
  }
}

}  // namespace

void declare_doors(CLI::App& app, std::vector<DoorOptions>& doors) {
  const auto add = [&doors](const std::string& door) { doors.push_back(parse_door(door)); };
  auto* listen = app.add_option_function<std::string>(
      "--listen", add,
      "a door (may be given again), see --help=doors\n"
      "In place of the one on port 9999; see DOORS. Not with --host, --port and --public.");
  listen->check(find_fault)->trigger_on_parse()->type_name("DOOR");
  for (const char* name : {"--host", "--port", "--public"}) listen->excludes(app.get_option(name));
  program::add_topic(app, "doors", "Doors", about_doors);
}

}  // namespace sockserver
