// sockserver: options, a log, a server, and what ends it.

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <string>
#include <variant>

#include "door_options.hpp"
#include "limits.hpp"
#include "listening_line.hpp"
#include "log.hpp"
#include "options.hpp"
#include "program/process.hpp"
#include "service_manager.hpp"
#include "sock/escape.hpp"
#include "sock/server.hpp"
#include "stopper.hpp"

namespace sockserver {
namespace {

// Tells on stdout that clients can connect; on a terminal also how.
void announce(const sock::Server& server, const Options& options) {
  const LogStyle style = options.log.style;
  std::string text;
  for (std::size_t i = 0; i < options.doors.size(); ++i) {
    text += listening_line(
        style, {server.endpoints(i), options.doors[i].protocol(), name_of(options.server.mode)});
  }
  if (style == LogStyle::text && ::isatty(STDOUT_FILENO) != 0) {
    const std::string& host = options.doors.front().place.hosts.front();
    const bool is_everywhere = host == "*" || host == "0.0.0.0" || host == "::";
    text += connect_line(server.endpoints().front(), is_everywhere ? "localhost" : host);
  }
  program::write_all(STDOUT_FILENO, text);
}

int run(const Options& options, const ServiceManager& manager) {
  const std::uint64_t open_files = raise_limits();
  Log log(options.log, options.server);
  if (descriptors_needed(options) > open_files) log.limited(open_files);
  Stopper stopper(log, manager);
  sock::Server server(options.server, make_doors(options.doors, options.messages), &log);
  manager.tell("READY=1");
  announce(server, options);  // nobody may read it; a second signal ends us all the same
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
