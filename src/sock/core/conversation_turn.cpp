// What a conversation keeps between two turns, while it holds no buffer of the driver.

#include <exception>
#include <string>
#include <utility>

#include "core/conversation.hpp"

namespace sock {
namespace {

constexpr std::size_t kept_by_buffer = 4 * enough_output;  // most capacity that a buffer keeps

}  // namespace

bool Conversation::end_turn() noexcept {
  if (!buffers_->unsent.empty() || !buffers_->input.empty()) {
    try {
      keep();
    } catch (const std::exception&) {
      fail();
      return false;
    }
  } else if (kept_) {
    kept_.reset();
  }
  buffers_->unsent = buffers_->in_place = buffers_->input = {};
  buffers_->out.clear();
  if (buffers_->out.capacity() > kept_by_buffer) buffers_->out.shrink_to_fit();
  buffers_ = nullptr;
  return true;
}

void Conversation::keep() {
  if (!kept_) kept_ = std::make_unique<Kept>();
  const auto rest = [](std::string_view part, std::string& whole, std::size_t& begin) {
    if (!part.empty() && part.data() + part.size() == whole.data() + whole.size()) {
      begin = whole.size() - part.size();  // it is the end of the bytes kept before
    } else {
      std::string(part).swap(whole);  // an assignment would keep a larger capacity
      begin = 0;
    }
  };
  const std::string answer(buffers_->in_place);  // it may be a view into the kept input
  rest(buffers_->unsent, kept_->out, kept_->sent);
  rest(buffers_->input, kept_->in, kept_->taken);
  kept_->out += answer;
}

void Conversation::resume() noexcept {
  buffers_->unsent = std::string_view(kept_->out).substr(kept_->sent);
  buffers_->input = std::string_view(kept_->in).substr(kept_->taken);
}

bool Conversation::has_unsent() const {
  if (buffers_ != nullptr) return !buffers_->unsent.empty();
  return kept_ && kept_->sent < kept_->out.size();
}

void Conversation::drop_output() noexcept {
  if (buffers_ != nullptr) {
    buffers_->out.clear();
    buffers_->unsent = buffers_->in_place = {};
  }
}

}  // namespace sock
