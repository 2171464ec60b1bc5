#include "line_view.hpp"

#include <algorithm>
#include <vector>

#include "characters.hpp"

namespace sockclient {
namespace {

// `ESC [ count command`; nothing for no step.
std::string moved(std::size_t count, char command) {
  return count == 0 ? "" : "\x1b[" + std::to_string(count) + command;
}

struct Layout {
  std::vector<std::string> rows{""};
  std::size_t row = 0;  // of the cursor
  std::size_t column = 0;
  bool is_certain = true;  // wherever the terminal wraps it, it is here
};

Layout lay_out(const Text& prompt, const Text& text, std::size_t cursor, std::size_t columns) {
  Layout out;
  std::size_t column = 0;
  const auto make_room = [&](std::size_t width) {
    if (column == 0 || column + width <= columns) return;
    out.rows.emplace_back();
    column = 0;
  };
  const auto put = [&](const std::string& character) {
    if (character == "\t") {
      make_room(1);
      const std::size_t width = std::min(8 - column % 8, columns - column);
      out.rows.back().append(width, ' ');
      column += width;
      return;
    }
    const Glyph glyph = glyph_of(character);
    out.is_certain = out.is_certain && glyph.is_certain;
    for (std::size_t i = 0; glyph.is_spelt && i < glyph.text.size(); ++i, ++column) {
      make_room(1);
      out.rows.back() += glyph.text[i];
    }
    if (glyph.is_spelt) return;
    make_room(glyph.width);
    out.rows.back() += glyph.text;
    column += glyph.width;
  };
  for (const auto& character : prompt) put(character);
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == cursor) {
      const Glyph under = i < text.size() ? glyph_of(text[i]) : Glyph{" ", 1};
      make_room(under.is_spelt ? 1 : under.width);
      out.row = out.rows.size() - 1;
      out.column = column;
    }
    if (i < text.size()) put(text[i]);
  }
  return out;
}

// In the last column, where nothing wraps, terminals put an accent on the character before.
Layout fitted(const Text& prompt, const Text& text, std::size_t cursor, std::size_t columns) {
  Layout out = lay_out(prompt, text, cursor, columns);
  return out.is_certain || columns == 1 ? out : lay_out(prompt, text, cursor, columns - 1);
}

// An empty row at the end begins behind a full one: a blank makes the terminal wrap.
std::string together(const Layout& layout, std::size_t first, std::size_t last) {
  std::string out = layout.is_certain ? "" : "\x1b[?7l";
  for (std::size_t i = first; i < last; ++i) {
    if (i > first && !layout.is_certain) out += '\n';
    out += i > first && layout.rows[i].empty() ? " \r" : layout.rows[i];
  }
  return out + (layout.is_certain ? "" : "\x1b[?7h");
}

}  // namespace

// Not with one command from the first column: at the top of the screen tmux would take it for a new
// screen, and keep what is erased.
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
  may_reflow_ = layout.is_certain && last - first == layout.rows.size();
  return out;
}

std::string LineView::finish(const Text& prompt, const Line& line, Size size) {
  const Layout layout = fitted(prompt, line.text(), std::string::npos, size.columns);
  return erase() + together(layout, 0, layout.rows.size()) + "\n";
}

void LineView::resize(const Text& prompt, const Line& line, Size size, const AskColumn& ask) {
  if (columns_ == 0 || columns_ == size.columns) return;
  rows_ += 1;  // there may be more of them now
  if (!may_reflow_) return;
  const Layout reflowed = lay_out(prompt, line.text(), line.cursor(), size.columns);
  if (reflowed.row == row_) return;
  const std::size_t kept = std::min(column_, size.columns - 1);
  const auto column = ask();
  const bool has_reflowed = column == reflowed.column && column != kept;
  const bool has_not = column == kept && column != reflowed.column;
  if (has_reflowed || (!has_not && reflowed.row < row_)) row_ = reflowed.row;
}

}  // namespace sockclient
