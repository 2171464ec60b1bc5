#include "sock/session.hpp"

namespace sock {

Step Session::on_open(std::string&) { return {}; }

Step Session::on_datagram(std::string_view message, std::string& out) {
  Step step = on_bytes(message, out);
  step.answered = step.in_place || !out.empty();
  return step;
}

Step Session::on_silence(std::string&) { return {}; }

void Session::on_end(End, std::string&) {}

Feed* Session::feed() { return nullptr; }

bool Session::is_open() const { return true; }

void Session::encode(std::string&, std::size_t) {}

void Session::say_end(std::string&) {}

bool Session::is_unfinished() const { return false; }

std::size_t Session::rate() const { return 0; }

}  // namespace sock
