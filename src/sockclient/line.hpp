#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sockclient {

/// Characters as they were typed, each with its combining characters.
using Text = std::vector<std::string>;

std::string joined(const Text& text);

/// The line being typed, its cursor (before a character), the text cut last, and the earlier lines.
/// Each method is one key's action; it does nothing where it does not apply.
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

  /// Shows the newest older line that contains `part`; `with_this` includes the shown one.
  void find(std::string_view part, bool with_this);

  /// The index of the shown line; show() returns to it after a find().
  std::size_t shown() const { return at_; }
  void show(std::size_t at);

  const Text& text() const { return text_; }
  std::size_t cursor() const { return cursor_; }

  /// Ends the line and returns it: a new one begins, and older() shows this one again.
  std::string take();

 private:
  static constexpr std::size_t most_lines = 1000;

  std::size_t word_begin() const;
  std::size_t word_end() const;
  void cut(std::size_t begin, std::size_t end);

  Text text_;
  std::size_t cursor_ = 0;
  Text cut_;
  std::vector<Text> lines_;  // oldest first
  std::size_t at_ = 0;       // index of the shown one; lines_.size() if none is
  Text draft_;               // the typed line, while an earlier one is shown
};

}  // namespace sockclient
