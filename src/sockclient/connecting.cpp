#include "connecting.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "failure.hpp"
#include "output.hpp"
#include "program/values.hpp"

namespace sockclient {
namespace {

constexpr std::chrono::milliseconds between_tries{100};

// Help with a HOST that holds what belongs into PORT.
std::string hint_for(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon == host.npos || !program::parse_port(host.substr(colon + 1))) return {};
  const auto name = host.substr(0, colon);
  const bool is_ipv6 = name.find(':') != name.npos;
  if (name.empty() || (is_ipv6 && !name.ends_with(']'))) return {};
  return fmt::format("(HOST and PORT are two arguments: sockclient {} {})", name,
                     host.substr(colon + 1));
}

}  // namespace

sock::Stream connect_to_server(const Options& options) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + options.retry;
  report(options, fmt::format("connecting to {} port {}", options.host, options.port));
  for (;;) {
    try {
      auto stream =
          sock::Stream::connect(options.host, options.port, {options.family, options.wait});
      report(options, fmt::format("connected to {} from {}", to_string(stream.remote()),
                                  to_string(stream.local())));
      return stream;
    } catch (const std::system_error& error) {
      if (Clock::now() + between_tries >= deadline) {
        throw Failure(error.what(), 1, hint_for(options.host));
      }
      report(options, fmt::format("{}; trying again", error.what()));
    }
    std::this_thread::sleep_for(between_tries);
  }
}

}  // namespace sockclient
