#include "sock/outbox.hpp"

#include <algorithm>

namespace sock {
namespace {

constexpr std::size_t most_buffers = 64;  // as many as Asio hands to one system call

}  // namespace

void Outbox::take(Mailbox& mailbox) {
  if (next_line_ != lines_.size() || begun_ != 0 || (opening_ && !answers_.empty())) return;
  opening_ = false;
  lines_.clear();
  next_line_ = 0;
  mailbox.take(lines_);
}

const std::vector<asio::const_buffer>& Outbox::gather() {
  gathered_.clear();
  const std::size_t end = std::min(lines_.size(), next_line_ + most_buffers - 1);
  for (std::size_t i = next_line_; i < end; ++i) gathered_.push_back(asio::buffer(*lines_[i]));
  if (end == lines_.size() && !answers_.empty()) gathered_.push_back(asio::buffer(answers_));
  if (!gathered_.empty()) gathered_.front() += begun_;
  return gathered_;
}

void Outbox::consume(std::size_t bytes) {
  begun_ += bytes;
  while (next_line_ < lines_.size() && begun_ >= lines_[next_line_]->size()) {
    begun_ -= lines_[next_line_]->size();
    lines_[next_line_++].reset();
  }
  if (next_line_ == lines_.size() && begun_ > 0 && begun_ == answers_.size()) {
    answers_.clear();
    begun_ = 0;
  }
}

}  // namespace sock
