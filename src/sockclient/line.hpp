#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sockclient {

/// Characters, each with what combines with it, as they were typed.
using Text = std::vector<std::string>;

std::string joined(const Text& text);

/// The line being typed, with the cursor before one of its characters, what was cut out of it last,
/// and the lines before it. Each method is what one key does; where it can do nothing, it does not.
class Line {
 public:
  void insert(std::string_view character);

  void home() { cursor_ = 0; }
  void end() { cursor_ = text_.size(); }
  void left() { cursor_ -= cursor_ > 0 ? 1 : 0; }
  void right() { cursor_ += cursor_ < text_.size() ? 1 : 0; }
  void word_left() { cursor_ = word_begin(); }
  void word_right() { cursor_ = word_end(); }

  void erase_left();
  void erase_right();
  void cut_left() { cut(word_begin(), cursor_); }
  void cut_right() { cut(cursor_, word_end()); }
  void cut_rest() { cut(cursor_, text_.size()); }
  void cut_all() { cut(0, text_.size()); }
  void paste();
  void transpose();

  void older();
  void newer();

  /// The newest of the lines before the one that is shown, or with it, that has `part` in it.
  void find(std::string_view part, bool with_this);

  /// Which line is shown; later, back to it: find() is taken back.
  std::size_t shown() const { return at_; }
  void show(std::size_t at);

  const Text& text() const { return text_; }
  std::size_t cursor() const { return cursor_; }

  /// The line is done: a new one begins, and this one comes back with older().
  std::string take();

 private:
  static constexpr std::size_t most_lines = 1000;

  std::size_t word_begin() const;
  std::size_t word_end() const;
  void cut(std::size_t begin, std::size_t end);

  Text text_;
  std::size_t cursor_ = 0;
  Text cut_;
  std::vector<Text> lines_;  // the oldest first
  std::size_t at_ = 0;       // which of them is shown; their number: none
  Text draft_;               // what is typed, while one of them is shown
};

}  // namespace sockclient
