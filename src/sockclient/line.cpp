#include "line.hpp"

#include <cctype>
#include <iterator>
#include <utility>

#include "characters.hpp"

namespace sockclient {
namespace {

using Difference = Text::difference_type;

// Letters of other scripts count too.
bool is_of_word(const std::string& character) {
  const auto byte = static_cast<unsigned char>(character.front());
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

}  // namespace

std::string joined(const Text& text) {
  std::string out;
  for (const auto& character : text) out += character;
  return out;
}

void Line::insert(std::string_view character) {
  if (cursor_ > 0 && combines(text_[cursor_ - 1], character)) {
    text_[cursor_ - 1] += character;
  } else {
    text_.emplace(text_.begin() + static_cast<Difference>(cursor_++), character);
  }
}

void Line::erase_left() {
  if (cursor_ == 0) return;
  left();
  erase_right();
}

void Line::erase_right() {
  if (cursor_ < text_.size()) text_.erase(text_.begin() + static_cast<Difference>(cursor_));
}

void Line::paste() {
  text_.insert(text_.begin() + static_cast<Difference>(cursor_), cut_.begin(), cut_.end());
  cursor_ += cut_.size();
}

void Line::transpose() {
  if (cursor_ == 0 || text_.size() < 2) return;
  if (cursor_ == text_.size()) left();
  std::swap(text_[cursor_ - 1], text_[cursor_]);
  right();
}

void Line::older() {
  if (at_ > 0) show(at_ - 1);
}

void Line::newer() {
  if (at_ < lines_.size()) show(at_ + 1);
}

void Line::find(std::string_view part, bool with_this) {
  for (std::size_t i = std::min(lines_.size(), at_ + (with_this ? 1 : 0)); i > 0; --i) {
    if (joined(lines_[i - 1]).find(part) != std::string::npos) return show(i - 1);
  }
}

void Line::show(std::size_t at) {
  if (at_ == at) return;
  if (at_ == lines_.size()) draft_ = std::move(text_);
  at_ = at;
  text_ = at == lines_.size() ? draft_ : lines_[at];
  end();
}

std::string Line::take() {
  std::string out = joined(text_);
  if (!text_.empty() && (lines_.empty() || lines_.back() != text_)) {
    if (lines_.size() == most_lines) lines_.erase(lines_.begin());
    lines_.push_back(text_);
  }
  at_ = lines_.size();
  text_.clear();
  home();
  return out;
}

std::size_t Line::word_begin() const {
  std::size_t at = cursor_;
  while (at > 0 && !is_of_word(text_[at - 1])) --at;
  while (at > 0 && is_of_word(text_[at - 1])) --at;
  return at;
}

std::size_t Line::word_end() const {
  std::size_t at = cursor_;
  while (at < text_.size() && !is_of_word(text_[at])) ++at;
  while (at < text_.size() && is_of_word(text_[at])) ++at;
  return at;
}

void Line::cut(std::size_t begin, std::size_t end) {
  const auto first = text_.begin() + static_cast<Difference>(begin);
  const auto last = text_.begin() + static_cast<Difference>(end);
  if (first == last) return;
  cut_.assign(std::make_move_iterator(first), std::make_move_iterator(last));
  text_.erase(first, last);
  cursor_ = begin;
}

}  // namespace sockclient
