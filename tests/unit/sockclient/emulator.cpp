#include "emulator.hpp"

#include <algorithm>
#include <clocale>
#include <cwchar>
#include <utility>

namespace {

// For wcwidth() and mbrtowc(), in all tests of this program.
[[maybe_unused]] const char* const locale = std::setlocale(LC_CTYPE, "C.UTF-8");

std::size_t size_of(unsigned char lead) {
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

char32_t decoded(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  char32_t code = bytes.size() == 1 ? lead : lead & (0xFFU >> (bytes.size() + 1));
  for (const char byte : bytes.substr(1)) {
    code = code << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
  }
  return code;
}

}  // namespace

int Emulator::system_width(char32_t code) {
  return std::max(::wcwidth(static_cast<wchar_t>(code)), 0);
}

Emulator::Emulator(std::size_t columns, std::size_t rows, Kind kind, WidthOf width_of)
    : columns_(columns), height_(rows), kind_(kind), width_of_(std::move(width_of)) {
  fit();
}

void Emulator::write(std::string_view bytes) {
  const std::string all = std::exchange(waiting_, {}) + std::string(bytes);
  std::string_view rest = all;
  while (!rest.empty()) {
    if (rest.starts_with("\x1b[")) {
      const auto end = rest.find_first_not_of("0123456789;?", 2);
      if (end == rest.npos) break;
      command(rest.substr(2, end - 2), rest[end]);
      rest.remove_prefix(end + 1);
    } else if (rest.front() == '\r') {
      column_ = 0;
      is_behind_ = false;
      rest.remove_prefix(1);
    } else if (rest.front() == '\n') {  // ONLCR
      column_ = 0;
      line_feed();
      rest.remove_prefix(1);
    } else {
      const std::size_t size = size_of(static_cast<unsigned char>(rest.front()));
      if (size > rest.size()) break;
      const char32_t code = decoded(rest.substr(0, size));
      put(code < 0x20 || (code >= 0x7F && code < 0xA0) ? U'?' : code,
          code < 0x20 || (code >= 0x7F && code < 0xA0) ? "?" : rest.substr(0, size));
      rest.remove_prefix(size);
    }
  }
  waiting_ = rest;
}

void Emulator::put(char32_t code, std::string_view bytes) {
  const int width = width_of_(code);
  auto& cells = at_cursor().cells;
  if (width == 0) {
    std::size_t before = is_behind_ ? column_ : column_ - 1;
    while (before < columns_ && before > 0 && cells[before].empty()) --before;
    if (before < columns_) cells[before] += bytes;
    return;
  }
  const auto wide = static_cast<std::size_t>(width);
  if (is_behind_ || column_ + wide > columns_) {
    if (wraps_) {
      at_cursor().is_wrapped = true;
      column_ = 0;
      line_feed();
    } else {
      column_ = columns_ - std::min(wide, columns_);
    }
  }
  auto& row = at_cursor().cells;
  for (std::size_t i = 0; i < wide && column_ + i < columns_; ++i) row[column_ + i] = "";
  row[column_] = bytes;
  column_ += wide;
  is_behind_ = column_ >= columns_ && wraps_;
  column_ = std::min(column_, columns_ - 1);
}

void Emulator::line_feed() {
  is_behind_ = false;
  ++row_;
  if (row_ == top_ + height_) ++top_;
  fit();
}

void Emulator::command(std::string_view parameters, char what) {
  const std::string text(parameters);
  const std::size_t count = text.empty() || text[0] == '?' ? 1 : std::stoul(text);
  is_behind_ = is_behind_ && what == 'm';
  if (what == 'A') row_ = std::max(top_, row_ - std::min(row_, count));
  if (what == 'C') column_ = std::min(columns_ - 1, column_ + count);
  if (what == 'H') row_ = top_, column_ = 0;
  if (what == 'J' && (text == "2" || (row_ == top_ && column_ == 0))) {
    // tmux keeps what a program takes off the whole screen.
    std::size_t used = lines_.size();
    while (used > top_ && is_empty(lines_[used - 1])) --used;
    row_ += used - top_;
    top_ = used;
    fit();
  } else if (what == 'J') {
    for (std::size_t i = row_; i < lines_.size(); ++i) erase(lines_[i], i == row_ ? column_ : 0);
  }
  if (what == 'K') erase(at_cursor(), column_);
  if (what == 'h' || what == 'l') {
    if (text == "?7") wraps_ = what == 'h';
  } else if (std::string_view("ACHJKm").find(what) == std::string_view::npos) {
    put(U'?', "?");
  }
}

void Emulator::erase(Row& row, std::size_t from) {
  row.cells.resize(from);
  row.cells.resize(columns_, " ");
  row.is_wrapped = false;
}

bool Emulator::is_empty(const Row& row) {
  return std::all_of(row.cells.begin(), row.cells.end(), [](const auto& c) { return c == " "; });
}

// Every row has all its columns, the screen all its rows.
void Emulator::fit() {
  lines_.resize(std::max(lines_.size(), top_ + height_));
  for (auto& line : lines_) line.cells.resize(columns_, " ");
}

void Emulator::resize(std::size_t columns, std::size_t rows) {
  if (kind_ == Kind::reflowing) {
    reflow(columns);
  } else {
    for (auto& line : lines_) line.is_wrapped = line.is_wrapped && columns == columns_;
    column_ = std::min(column_, columns - 1);
  }
  columns_ = columns;
  height_ = rows;
  is_behind_ = false;
  // What is empty below the cursor goes first.
  while (lines_.size() > row_ + 1 && is_empty(lines_.back())) lines_.pop_back();
  top_ = lines_.size() > top_ + rows ? lines_.size() - rows : top_;
  if (kind_ == Kind::reflowing) top_ = lines_.size() > rows ? lines_.size() - rows : 0;
  top_ = std::min(top_, row_);
  fit();
}

void Emulator::reflow(std::size_t columns) {
  std::vector<Row> before = std::exchange(lines_, {});
  std::size_t cursor_row = 0;
  std::size_t cursor_column = 0;
  for (std::size_t i = 0; i < before.size();) {
    std::vector<std::string> line;
    std::size_t cursor = std::string::npos;
    for (bool goes_on = true; goes_on && i < before.size(); ++i) {
      if (i == row_) cursor = line.size() + column_;
      line.insert(line.end(), before[i].cells.begin(), before[i].cells.end());
      goes_on = before[i].is_wrapped;
      // What a wide character left free at the end of a row is no part of the line.
      const bool has_gap = goes_on && line.back() == " " && i + 1 < before.size() && columns_ > 1 &&
                           before[i + 1].cells[1].empty();
      if (has_gap) line.pop_back();
    }
    const std::size_t keep = cursor == std::string::npos ? 0 : cursor + 1;
    while (line.size() > keep && line.back() == " ") line.pop_back();
    lines_.emplace_back();
    for (std::size_t at = 0; at < line.size(); ++at) {
      const std::size_t wide = at + 1 < line.size() && line[at + 1].empty() ? 2 : 1;
      if (lines_.back().cells.size() + (line[at].empty() ? 0 : wide) > columns) {
        lines_.back().is_wrapped = true;
        lines_.emplace_back();
      }
      if (at == cursor) {
        cursor_row = lines_.size() - 1;
        cursor_column = lines_.back().cells.size();
      }
      lines_.back().cells.push_back(line[at]);
    }
  }
  row_ = cursor_row;
  column_ = cursor_column;
}

std::vector<std::string> Emulator::rows() const { return rows_from(0); }

std::vector<std::string> Emulator::on_screen() const { return rows_from(top_); }

std::vector<std::string> Emulator::rows_from(std::size_t first) const {
  std::vector<std::string> out;
  for (std::size_t i = first; i < lines_.size(); ++i) {
    std::string row;
    for (const auto& cell : lines_[i].cells) row += cell;
    row.erase(row.find_last_not_of(' ') + 1);
    out.push_back(row);
  }
  while (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

std::string Emulator::cursor() const { return lines_[row_].cells[column_]; }
