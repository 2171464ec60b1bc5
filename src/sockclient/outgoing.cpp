#include "outgoing.hpp"

#include <poll.h>

#include <utility>

#include "sock/wait.hpp"

namespace sockclient {
namespace {

using sock::Clock;

constexpr std::size_t most_waiting = 64 * 1024;

}  // namespace

void Outgoing::add(std::string line) {
  bytes_ += line.size();
  lines_.push_back(std::move(line));
}

bool Outgoing::is_full() const { return bytes_ > most_waiting; }

bool Outgoing::send_some(const Wire::Receiver& receive) {
  while (!is_empty() && Clock::now() >= wire_.resumes()) {
    auto rest = first();
    const auto sending = wire_.offer(rest, receive);
    if (sending == Wire::Sending::refused) return clear();
    sent_ = lines_.front().size() - rest.size();
    if (sending == Wire::Sending::pending) return true;
    bytes_ -= lines_.front().size();
    lines_.pop_front();
    sent_ = 0;
  }
  return true;
}

bool Outgoing::send_all(const Wire::Receiver& receive) {
  for (; !is_empty(); lines_.pop_front(), sent_ = 0) {
    if (!wire_.send(first(), receive)) return clear();
  }
  bytes_ = 0;
  return true;
}

bool Outgoing::clear() {
  lines_.clear();
  sent_ = bytes_ = 0;
  return false;
}

short Outgoing::events() const {
  return !is_empty() && Clock::now() >= wire_.resumes() ? POLLOUT : 0;
}

Wire::Time Outgoing::resumes() const {
  return is_empty() || events() != 0 ? sock::no_deadline : wire_.resumes();
}

}  // namespace sockclient
