#include "complete_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "sock/escape.hpp"
#include "tls_options.hpp"

namespace sockserver {
namespace {

bool has_host(const DoorOptions& door) {
  return door.place.descriptor < 0 && door.place.path.empty();
}

// The door that --host, --port and --public describe.
DoorOptions one_door(const sock::ServerOptions& server) {
  DoorOptions door;
  door.place.hosts = server.hosts;
  if (server.hosts.empty()) door.place.hosts = {"localhost"};
  door.place.port = server.port;
  return door;
}

void complete_doors(const CLI::App& app, Options& options) {
  if (options.doors.empty()) options.doors.push_back(one_door(options.server));
  const bool is_needed = std::any_of(options.doors.begin(), options.doors.end(),
                                     [](const DoorOptions& door) { return !door.service; });
  if (!is_needed && app.count("--protocol") > 0) {
    throw CLI::ValidationError("--protocol", "each door has its own");
  }
  for (auto& door : options.doors) {
    if (door.service == nullptr) door.service = options.service;
    if (has_host(door)) door.place.family = options.server.family;
  }
  set_faults(options.doors, options.faults);
  complete_tls(app, options);
  const std::string what = complaint(options.doors);
  if (what.empty()) return;
  const bool are_handed_over = options.doors.front().place.descriptor >= 0;
  const char* const of_one = are_handed_over ? "LISTEN_FDS" : "--fault";
  throw CLI::ValidationError(app.count("--listen") > 0 ? "--listen" : of_one, sock::escaped(what));
}

// Rejects options that have no effect with these doors.
class Refusal {
 public:
  Refusal(const CLI::App& app, const std::vector<DoorOptions>& doors) : app_(app), doors_(doors) {}

  void refuse(std::initializer_list<const char*> names, const std::string& why) const {
    for (const char* name : names) {
      if (app_.count(name) > 0) throw CLI::ValidationError(name, why);
    }
  }

  /// `what` describes what no door has.
  template <typename Has>
  void refuse_without(const std::string& what, Has has,
                      std::initializer_list<const char*> names) const {
    if (std::any_of(doors_.begin(), doors_.end(), has)) return;
    std::vector<std::string_view> protocols;
    for (const auto& door : doors_) {
      const auto name = door.service->name;
      if (std::find(protocols.begin(), protocols.end(), name) == protocols.end()) {
        protocols.push_back(name);
      }
    }
    refuse(names, fmt::format("{} {} no {}", fmt::join(protocols, ", "),
                              protocols.size() == 1 ? "has" : "have", what));
  }

 private:
  const CLI::App& app_;
  const std::vector<DoorOptions>& doors_;
};

void refuse_meaningless(const CLI::App& app, const std::vector<DoorOptions>& doors) {
  const Refusal refusal(app, doors);
  refusal.refuse_without("messages",
                         [](const DoorOptions& door) { return door.service->has_messages; },
                         {"--framing", "--max-message", "--max-messages"});
  refusal.refuse_without("room", [](const DoorOptions& door) { return door.service->has_room; },
                         {"--history", "--max-queue", "--rate"});
  for (const auto& door : doors) {
    if (!door.place.datagrams) continue;
    refusal.refuse({"--once", "--max-messages"},
                   sock::escaped(fmt::format("\"{}\" has no connections", door.text)));
  }
  const auto is_datagram_door = [](const DoorOptions& door) { return door.place.datagrams; };
  if (std::all_of(doors.begin(), doors.end(), is_datagram_door)) {
    refusal.refuse({"--banner"}, "no door has connections");
  }
  if (std::none_of(doors.begin(), doors.end(), has_host) && app.count("--listen") > 0) {
    refusal.refuse({"-4", "-6"}, "no door has a host");
  }
}

}  // namespace

void complete(const CLI::App& app, Options& options) {
  complete_doors(app, options);
  refuse_meaningless(app, options.doors);
  const bool is_async = options.server.mode == sock::Mode::async;
  if (!is_async && app.count("--loops") > 0) {
    throw CLI::ValidationError("--loops", "only --mode async has event loops");
  }
  if (options.log.hex_dump && options.log.style == LogStyle::json) {
    throw CLI::ValidationError("--hex-dump and --log-format json exclude each other");
  }
  options.server.watch_tcp = options.log.verbosity >= 3;
  if (app.count("--max-conns") == 0 && is_async) options.server.max_connections = 10'000;
}

}  // namespace sockserver
