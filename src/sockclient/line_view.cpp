#include "line_view.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "characters.hpp"

namespace sockclient {
namespace {

// `ESC [ count command`; empty if `count` is 0.
std::string moved(std::size_t count, char command) {
  return count == 0 ? "" : "\x1b[" + std::to_string(count) + command;
}

struct Layout {
  std::vector<Text> rows{1};  // of pieces that are shown undivided
  std::size_t row = 0;        // of the cursor
  std::size_t column = 0;
  std::size_t before = 0;  // number of pieces before it in its row
  bool is_certain = true;  // the position is right wherever the terminal wraps
};

Layout lay_out(const Text& prompt, const Text& text, std::size_t cursor, std::size_t columns) {
  Layout out;
  std::size_t column = 0;
  const auto make_room = [&](std::size_t width) {
    if (column == 0 || column + width <= columns) return;
    out.rows.emplace_back();
    column = 0;
  };
  const auto put = [&](std::string piece, std::size_t width) {
    make_room(width);
    out.rows.back().push_back(std::move(piece));
    column += width;
  };
  const auto show = [&](const std::string& character) {
    const Glyph glyph = glyph_of(character);
    out.is_certain = out.is_certain && glyph.is_certain;
    if (character == "\t") {
      make_room(1);
      for (auto width = std::min(8 - column % 8, columns - column); width > 0; --width) put(" ", 1);
    } else if (glyph.is_spelt) {
      for (const char c : glyph.text) put(std::string(1, c), 1);
    } else {
      put(glyph.text, glyph.width);
    }
  };
  for (const auto& character : prompt) show(character);
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == cursor) {
      const Glyph under = i < text.size() ? glyph_of(text[i]) : Glyph{" ", 1};
      make_room(under.is_spelt ? 1 : under.width);
      out.row = out.rows.size() - 1;
      out.column = column;
      out.before = out.rows.back().size();
    }
    if (i < text.size()) show(text[i]);
  }
  return out;
}

// In the last column without wrapping, terminals put an accent on the previous character.
Layout fitted(const Text& prompt, const Text& text, std::size_t cursor, std::size_t columns) {
  const Layout out = lay_out(prompt, text, cursor, columns);
  return out.is_certain || columns == 1 ? out : lay_out(prompt, text, cursor, columns - 1);
}

// An empty last row follows a full one: a space makes the terminal wrap.
std::string together(const Layout& layout, std::size_t first, std::size_t last) {
  std::string out = layout.is_certain ? "" : "\x1b[?7l";
  for (std::size_t i = first; i < last; ++i) {
    if (i > first && !layout.is_certain) out += '\n';
    out += i > first && layout.rows[i].empty() ? " \r" : joined(layout.rows[i]);
  }
  return out + (layout.is_certain ? "" : "\x1b[?7h");
}

}  // namespace

// Erases in two steps: at the top of the screen, tmux would take one command from the first column
// for a new screen, and keep the erased text.
std::string LineView::erase() {
  std::string out = "\r" + moved(row_, 'A') + "\x1b[K" + (rows_ > 1 ? "\x1b[C\x1b[J\r" : "");
  forget();
  return out;
}

std::string LineView::draw(const Text& prompt, const Line& line, Size size) {
  std::string out = erase();
  const Layout layout = fitted(prompt, line.text(), line.cursor(), size.columns);
  const std::size_t first = layout.row < size.rows ? 0 : layout.row + 1 - size.rows;
  const std::size_t last = std::min(layout.rows.size(), first + size.rows);
  out += together(layout, first, last);
  if (line.cursor() < line.text().size() || !layout.is_certain) {
    out += "\r" + moved(last - 1 - layout.row, 'A') + moved(layout.column, 'C');
  }
  rows_ = last - first;
  row_ = layout.row - first;
  column_ = layout.column;
  columns_ = size.columns;
  before_ = layout.before;
  for (std::size_t i = first; layout.is_certain && i < last; ++i) {
    if (i < layout.row) before_ += layout.rows[i].size();
    pieces_.insert(pieces_.end(), layout.rows[i].begin(), layout.rows[i].end());
  }
  return out;
}

std::string LineView::finish(const Text& prompt, const Line& line, Size size) {
  const Layout layout = fitted(prompt, line.text(), std::string::npos, size.columns);
  return erase() + together(layout, 0, layout.rows.size()) + "\n";
}

void LineView::resize(Size size, const AskColumn& ask) {
  if (rows_ == 0 || columns_ == size.columns) return;
  rows_ += 1;  // there may be more of them now
  if (pieces_.empty()) return;
  const Layout reflowed = lay_out({}, pieces_, before_, size.columns);
  if (reflowed.row == row_) return;
  const std::size_t kept = std::min(column_, size.columns - 1);
  const auto column = ask();
  const bool has_reflowed = column == reflowed.column && column != kept;
  const bool has_not = column == kept && column != reflowed.column;
  if (has_reflowed || (!has_not && reflowed.row < row_)) row_ = reflowed.row;
}

}  // namespace sockclient
