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

/// The prompt and the line being typed, as a block of rows at the bottom of the output.
///
/// It does no I/O: the returned bytes must be written to a terminal, and between them only whole
/// rows. The rows above the block are never touched, whatever the line contains: rows with
/// characters of uncertain width are drawn without the terminal's wrapping. If the block is taller
/// than the screen, only as many rows are drawn as the screen has.
class LineView {
 public:
  /// Asks the terminal for the cursor's column, from 0; nullopt if it does not answer.
  using AskColumn = std::function<std::optional<std::size_t>()>;

  /// Replaces what is drawn.
  std::string draw(const Text& prompt, const Line& line, Size size);

  std::string erase();

  /// Ends the line: it stays on the screen, complete, and the next output follows below it.
  std::string finish(const Text& prompt, const Line& line, Size size);

  /// The cursor is at the beginning of an empty row: what was drawn stays as it is.
  void forget() { *this = {}; }

  /// `size` is the terminal's new size. The terminal may have wrapped the drawn rows again or not:
  /// where it matters, the cursor's column tells.
  void resize(Size size, const AskColumn& ask);

 private:
  std::size_t rows_ = 0;  // drawn rows
  std::size_t row_ = 0;   // the cursor's row among them
  std::size_t column_ = 0;
  std::size_t columns_ = 0;  // of the screen for which it was drawn
  Text pieces_;              // what is drawn, if the terminal wraps it
  std::size_t before_ = 0;   // number of pieces before the cursor
};

}  // namespace sockclient
