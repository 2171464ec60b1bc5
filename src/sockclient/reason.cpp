#include "reason.hpp"

#include <array>
#include <cstddef>

namespace sockclient {

std::string_view to_string(Reason reason) {
  constexpr std::array<std::string_view, 8> words{"refused", "timeout", "reset", "closed",
                                                  "name",    "wrong",   "tls",   "other"};
  return words.at(static_cast<std::size_t>(reason));
}

Reason reason_of(std::error_code error) {
  constexpr std::string_view of_names = "look-up";
  if (error == std::errc::connection_refused) return Reason::refused;
  if (error == std::errc::timed_out) return Reason::timeout;
  if (error == std::errc::connection_reset || error == std::errc::broken_pipe) return Reason::reset;
  return error.category().name() == of_names ? Reason::name : Reason::other;
}

}  // namespace sockclient
