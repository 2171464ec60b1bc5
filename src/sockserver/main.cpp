// sockserver: options, a log, a server, and what ends it.

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <string>
#include <variant>

#include "limits.hpp"
#include "log.hpp"
#include "options.hpp"
#include "program/process.hpp"
#include "sock/server.hpp"
#include "stopper.hpp"

namespace sockserver {
namespace {

// Tells on stdout that clients can connect; on a terminal also how.
void announce(const sock::Server& server, const Options& options) {
  const LogStyle style = options.log.style;
  std::vector<std::string> addresses;
  for (const auto& one : server.endpoints()) addresses.push_back(one.address);
  std::string text = listening_line(style, server.port(), addresses, options.service->name,
                                    name_of(options.server.mode));
  if (style == LogStyle::text && ::isatty(STDOUT_FILENO) != 0) {
    const std::string& host = options.server.hosts.front();
    const bool is_everywhere = host == "*" || host == "0.0.0.0" || host == "::";
    text += fmt::format("connect with: sockclient {} {}   (or nc, telnet)   stop with Ctrl-C\n",
                        is_everywhere ? "localhost" : host, server.port());
  }
  program::write_all(STDOUT_FILENO, text);
}

int run(const Options& options) {
  const std::uint64_t open_files = raise_limits();
  Log log(options.log, options.server);
  if (descriptors_needed(options) > open_files) log.limited(open_files);
  Stopper stopper(log);
  sock::Server server(options.server, options.service->make(options.messages), &log);
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
  const auto options = sockserver::read_options(argc, argv);
  if (const int* status = std::get_if<int>(&options)) return *status;
  return sockserver::run(std::get<sockserver::Options>(options));
} catch (const std::exception& error) {
  program::write_all(STDERR_FILENO, fmt::format("sockserver: {}\n", error.what()));
  return 1;
}
