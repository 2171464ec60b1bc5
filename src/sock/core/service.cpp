#include "sock/service.hpp"

#include "core/message_session.hpp"

namespace sock {

std::string Service::notice(std::string_view) const { return {}; }

bool Service::asks_for_arrival() const { return false; }

bool Service::takes_datagrams() const { return true; }

std::unique_ptr<Session> MessageService::open(const Client& client, Observer& observer) {
  return std::make_unique<MessageSession>(make_protocol(), options_, client, observer);
}

std::string MessageService::notice(std::string_view text) const {
  return std::string(text).append(line_end(options_.framing));
}

}  // namespace sock
