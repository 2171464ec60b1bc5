// sockserver: reads the options, then starts the log, the server, and the handling of stop signals.

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "door_options.hpp"
#include "limits.hpp"
#include "listening_line.hpp"
#include "log.hpp"
#include "options.hpp"
#include "own_address.hpp"
#include "program/process.hpp"
#include "service_manager.hpp"
#include "sock/escape.hpp"
#include "sock/server.hpp"
#include "stopper.hpp"
#include "tls_options.hpp"

namespace sockserver {
namespace {

// By which name to call this machine at a door.
std::string host_of(const OpenDoor& open, const DoorOptions& door) {
  if (!door.is_everywhere()) return door.place.hosts.front();
  for (const auto& endpoint : open.endpoints) {
    const bool is_ipv6 = endpoint.address.find(':') != endpoint.address.npos;
    auto address = own_address(is_ipv6 ? sock::Family::ipv6 : sock::Family::ipv4);
    if (!address.empty()) return address;
  }
  return "localhost";
}

// How to connect: on a terminal, and if a certificate was made for this run.
std::string ways_in(const std::vector<OpenDoor>& doors, const Options& options) {
  const bool is_terminal = ::isatty(STDOUT_FILENO) != 0;
  std::string text;
  for (std::size_t i = 0; i < doors.size(); ++i) {
    if (doors[i].pin.empty() && (i > 0 || !is_terminal)) continue;
    text += connect_line(doors[i], host_of(doors[i], options.doors[i]));
    text += is_terminal && doors[i].pin.empty() ? "   stop with Ctrl-C\n" : "\n";
  }
  return text;
}

// Says on stdout that clients can connect.
void announce(const sock::Server& server, const Options& options, const std::string& pin) {
  const LogStyle style = options.log.style;
  std::string text;
  std::vector<OpenDoor> doors;
  for (const auto& door : options.doors) {
    doors.push_back({server.endpoints(doors.size()), door.protocol(), name_of(options.server.mode),
                     door.place.proxy, door.tls, door.tls ? pin : ""});
    text += listening_line(style, doors.back());
  }
  if (style == LogStyle::text) text += ways_in(doors, options);
  program::write_all(STDOUT_FILENO, text);
}

int run(const Options& options, const ServiceManager& manager) {
  const std::uint64_t open_files = raise_limits();
  Log log(options.log, options.server);
  if (descriptors_needed(options) > open_files) log.limited(open_files);
  Stopper stopper(log, manager);
  const auto tls = make_tls(options);
  sock::Server server(options.server, make_doors(options.doors, options.messages, tls), &log);
  manager.tell("READY=1");
  // stdout may block, but a second signal ends the program even then.
  announce(server, options, tls && options.tls.certificate.empty() ? tls->pin() : "");
  const Stopper::Watch watch(stopper, server);
  server.run();
  log.totals(server.totals());
  return stopper.was_cut() ? 130 : 0;
}

}  // namespace
}  // namespace sockserver

int main(int argc, char** argv) try {
  program::prepare_process();
  const sockserver::ServiceManager manager;
  const auto options =
      sockserver::read_options(argc, argv, [&manager] { return manager.take_doors(); });
  if (const int* status = std::get_if<int>(&options)) return *status;
  return sockserver::run(std::get<sockserver::Options>(options), manager);
} catch (const std::exception& error) {
  program::write_all(STDERR_FILENO, fmt::format("sockserver: {}\n", sock::escaped(error.what())));
  return 1;
}
