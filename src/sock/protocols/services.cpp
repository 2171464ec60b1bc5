#include <algorithm>
#include <array>

#include "sock/service.hpp"

namespace sock {

// Each is defined in the file of its name under protocols/.
std::unique_ptr<Service> make_echo(MessageOptions options);
std::unique_ptr<Service> make_quit(MessageOptions options);
std::unique_ptr<Service> make_hola(MessageOptions options);
std::unique_ptr<Service> make_greet(MessageOptions options);
std::unique_ptr<Service> make_chat(MessageOptions options);
std::unique_ptr<Service> make_whoami(MessageOptions options);

namespace {

constexpr std::array rows{
    ServiceRow{"echo", "every byte comes back", false, false, true, make_echo},
    ServiceRow{"quit", "every message comes back, until \"quit\"", true, false, true, make_quit},
    ServiceRow{"hola", "answers \"hola\" and \"adios\"", true, false, true, make_hola},
    ServiceRow{"greet", "says \"Hola\" first, reads one message", true, false, false, make_greet},
    ServiceRow{"chat", "a room: what one says, all the others read", true, true, false, make_chat},
    ServiceRow{"whoami", "what this end sees of the client", false, false, false, make_whoami},
};

}  // namespace

std::span<const ServiceRow> services() { return rows; }

const ServiceRow* find_service(std::string_view name) {
  const auto* row = std::find_if(rows.begin(), rows.end(),
                                 [name](const ServiceRow& one) { return one.name == name; });
  return row == rows.end() ? nullptr : row;
}

}  // namespace sock
