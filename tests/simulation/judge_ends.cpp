// Beginning and end of a client, as the library reports them.

#include "simulation/judge.hpp"
#include "support/scarce_memory.hpp"

namespace simulation {

void Judge::connected(const sock::Client& client) noexcept {
  const memory::Pause pause;
  Account& one = account(client.id);
  require(++one.connections == 1 && one.keepings_out == 0, "told of a client twice");
  require(one.openings == 0, "a session is opened before the client is told of");
  const bool is_named = one.is_behind_proxy && one.header.find("TCP4") != std::string::npos;
  require(client.address.port == (is_named ? 1234 : 5000), "told of as another client");
}

void Judge::kept_out(const sock::Client& client, const sock::KeptOut& how) noexcept {
  const memory::Pause pause;
  Account& one = account(client.id);
  require(++one.keepings_out == 1 && one.connections == 0, "told of a client twice");
  require(how.layer == "PROXY", "kept out by another layer");
  tell("  " + std::to_string(one.id) + " is kept out: " + std::string(how.why));
  one.is_harmed = true;
}

void Judge::closed(const sock::Client& client, const sock::Closing& closing) noexcept {
  const memory::Pause pause;
  Account& one = account(client.id);
  require(++one.closings == 1, "the observer is told of an end twice");
  require(one.ends == 1, "the observer is told of an end before the session");
  require(closing.bytes_out == one.sent, "bytes_out is not what was sent");
  one.why = closing.why;
}

}  // namespace simulation
