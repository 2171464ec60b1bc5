#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "line.hpp"

namespace sockclient {

/// Of a terminal, in characters.
struct Size {
  std::size_t columns = 80;
  std::size_t rows = 24;

  friend bool operator==(const Size&, const Size&) = default;
};

/// A prompt and the half-typed line, as a block of rows of the screen, the last one written to.
///
/// It knows no terminal: what its methods return has to be written to one, and between them nothing
/// else but whole rows. What stands above the block is never touched, whatever is in the line: rows
/// whose width another might count otherwise are drawn without the terminal's wrapping. Of a block
/// taller than the screen, only so much is drawn as the screen has.
class LineView {
 public:
  /// Asks the terminal in which column, from 0, the cursor stands; nothing: it does not say.
  using AskColumn = std::function<std::optional<std::size_t>()>;

  /// Draws it in place of what is drawn.
  std::string draw(const Text& prompt, const Line& line, Size size);

  /// Takes it off the screen.
  std::string erase();

  /// The line is done: it stays on the screen, whole, and what comes next stands below it.
  std::string finish(const Text& prompt, const Line& line, Size size);

  /// The cursor is at the beginning of a row that is free: what was drawn is left as it is.
  void forget() { *this = {}; }

  /// The terminal, of which `size` is the new size, may have broken the rows of what is drawn anew,
  /// or not: where it matters, its cursor tells.
  void resize(Size size, const AskColumn& ask);

 private:
  std::size_t rows_ = 0;  // of what is drawn
  std::size_t row_ = 0;   // of the cursor, in them
  std::size_t column_ = 0;
  std::size_t columns_ = 0;  // of the screen on which it was drawn
  Text pieces_;              // what is drawn, if it is wrapped by the terminal
  std::size_t before_ = 0;   // how many of them are before the cursor
};

}  // namespace sockclient
