#include "simulation/messages.hpp"

#include <string_view>

#include "simulation/judge.hpp"

namespace simulation {
namespace {

constexpr std::size_t too_long = 4096;  // for a chat: a longer line is dropped

}  // namespace

void Messages::found(const Account& account, const sock::Message& message, Call call) {
  const std::string wanted = std::string(message.text) + std::string(message.terminator);
  const std::string_view input = account.input;
  while (input.substr(at_, wanted.size()) != wanted) {
    const std::size_t end = input.find('\n', at_);
    if (end == input.npos || end - at_ <= too_long) {
      fail("client " + std::to_string(account.id) + " has not said: " + wanted);
    }
    at_ = end + 1;
  }
  at_ += wanted.size();
  if (!message.terminator.empty()) {
    has_line_ = true;
    return;
  }
  if (call == Call::end) return;
  require(!has_line_, "a part of a line is a message");
  if (!is_patient_) return;
  require(call == Call::silence, "a message that has not come to its end");
  require(!wanted.starts_with('/'), "half of a command is obeyed");
  require(account.is_silent, "one that goes on is taken for silent");
}

void Messages::taken(const Account& account) {
  const auto rest = std::string_view(account.input).substr(0, account.consumed);
  for (std::size_t at = at_; is_patient_ && at < rest.size();) {
    const std::size_t end = rest.find('\n', at);
    if (end == rest.npos) return;
    require(end - at > too_long, "a message is passed over");
    at = end + 1;
  }
}

}  // namespace simulation
