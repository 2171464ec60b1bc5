#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// A small terminal: what a program writes goes in, rows come out. Lines that leave the screen at
/// its top are kept. What it does not know, it shows as `?`, so that a test fails.
class Emulator {
 public:
  enum class Kind {
    reflowing,  ///< breaks wrapped lines anew when its width changes, as tmux and most do
    keeping,    ///< leaves every row as it is, and cuts it, as xterm does
  };

  /// How many columns a character takes here; 0: it is added to the one before.
  using WidthOf = std::function<int(char32_t)>;

  Emulator(std::size_t columns, std::size_t rows, Kind kind, WidthOf width_of = system_width);

  void write(std::string_view bytes);
  void resize(std::size_t columns, std::size_t rows);

  /// All rows, also those above the screen, without blanks at their ends and empty rows at the end.
  std::vector<std::string> rows() const;
  std::vector<std::string> on_screen() const;  ///< the same of the screen alone

  std::size_t cursor_column() const { return column_; }
  std::size_t columns() const { return columns_; }
  std::size_t height() const { return height_; }
  std::string cursor() const;  ///< what stands under it

  static int system_width(char32_t code);

 private:
  struct Row {
    std::vector<std::string> cells;  // empty: the right half of the one before
    bool is_wrapped = false;         // it goes on in the next
  };

  void put(char32_t code, std::string_view bytes);
  void line_feed();
  void command(std::string_view parameters, char what);
  void erase(Row& row, std::size_t from);
  static bool is_empty(const Row& row);
  std::vector<std::string> rows_from(std::size_t first) const;
  Row& at_cursor() { return lines_[row_]; }
  void fit();
  void reflow(std::size_t columns);

  std::size_t columns_;
  std::size_t height_;
  Kind kind_;
  WidthOf width_of_;
  std::vector<Row> lines_;
  std::size_t top_ = 0;  // the first row of the screen
  std::size_t row_ = 0;  // of the cursor, in lines_
  std::size_t column_ = 0;
  bool wraps_ = true;
  bool is_behind_ = false;  // the last column is written, the next character wraps
  std::string waiting_;     // half a character or sequence
};
