#include "sock/session.hpp"

namespace sock {

Step Session::on_open(std::string&) { return {}; }

void Session::on_end(End, std::string&) {}

Mailbox* Session::mailbox() { return nullptr; }

}  // namespace sock
