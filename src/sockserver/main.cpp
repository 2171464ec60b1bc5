// sockserver: options, a log, a server, and what ends it.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <variant>

#include "json_format.hpp"
#include "log.hpp"
#include "options.hpp"
#include "program/process.hpp"
#include "sock/server.hpp"
#include "stopper.hpp"

namespace sockserver {
namespace {

// As many descriptors as the system allows, and threads with small stacks: a server of many clients
// needs many of both. Returns how many descriptors there can be.
std::uint64_t raise_limits() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
#if !defined(__SANITIZE_THREAD__)  // which needs more than that for itself
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, 256 * 1024);
  ::pthread_setattr_default_np(&attributes);
  ::pthread_attr_destroy(&attributes);
#endif
  return files.rlim_max;
}

// How many descriptors it takes to serve as many clients as are allowed.
std::uint64_t descriptors_needed(const Options& options) {
  // A thread that serves a member of a room waits for its socket and for the others.
  const bool has_two = options.service->has_room && options.server.mode != sock::Mode::async;
  constexpr std::uint64_t closing = 64;  // that wait for their clients' end and count no more
  constexpr std::uint64_t turned_away = 64;
  const std::uint64_t ours = 16 + 3 * options.server.loops;  // listeners, event loops, stdio
  return (options.server.max_connections + closing) * (has_two ? 2 : 1) + turned_away + ours;
}

std::string text_of_listening(const sock::Server& server, const Options& options) {
  std::string text = fmt::format("listening on port {} ({}), protocol {}, mode {}\n", server.port(),
                                 fmt::join(server.addresses(), ", "), options.service->name,
                                 name_of(options.server.mode));
  if (::isatty(STDOUT_FILENO) != 0) {
    const std::string& host = options.server.hosts.front();
    const bool is_everywhere = host == "*" || host == "0.0.0.0" || host == "::";
    text += fmt::format("connect with: sockclient {} {}   (or nc, telnet)   stop with Ctrl-C\n",
                        is_everywhere ? "localhost" : host, server.port());
  }
  return text;
}

void announce(const sock::Server& server, const Options& options) {
  program::write_all(STDOUT_FILENO,
                     options.log.style == LogStyle::json
                         ? JsonFormat::listening(std::chrono::system_clock::now(), server.port(),
                                                 server.addresses(), options.service->name,
                                                 name_of(options.server.mode))
                         : text_of_listening(server, options));
}

int run(const Options& options) {
  const std::uint64_t open_files = raise_limits();
  Log log(options.log, options.server);
  if (descriptors_needed(options) > open_files) {
    log.limited(open_files, options.server.max_connections);
  }
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
