#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator.hpp"
#include "sockclient/editor.hpp"

using Rows = std::vector<std::string>;
using Kind = Emulator::Kind;

/// A person at a terminal: keys and arrivals in, a screen and lines out.
class Dialogue {
 public:
  explicit Dialogue(std::size_t columns = 20, std::size_t rows = 10, Kind kind = Kind::reflowing,
                    Emulator::WidthOf width_of = Emulator::system_width)
      : screen(columns, rows, kind, std::move(width_of)),
        editor_("> ", sockclient::Editor::Style::drawn) {
    type("");
  }

  Dialogue& type(std::string_view keys) {
    editor_.type(keys);
    for (;;) {
      const auto event = editor_.next();
      if (event != sockclient::Editor::Event::line) {
        has_ended = event == sockclient::Editor::Event::end;
        break;
      }
      const auto [line, shown] = editor_.take(size());
      sent.push_back(line);
      screen.write(shown);
    }
    screen.write(editor_.draw(size()));
    return *this;
  }

  Dialogue& arrive(const std::string& rows) {
    const auto erased = editor_.erase();
    screen.write(erased + rows + editor_.draw(size()));
    return *this;
  }

  Dialogue& resize(std::size_t columns, std::size_t rows, bool answers = true) {
    screen.resize(columns, rows);
    editor_.resize(size(), [&]() -> std::optional<std::size_t> {
      if (!answers) return std::nullopt;
      return screen.cursor_column();
    });
    screen.write(editor_.draw(size()));
    return *this;
  }

  sockclient::Size size() const { return {screen.columns(), screen.height()}; }

  Emulator screen;
  std::vector<std::string> sent;
  bool has_ended = false;

 private:
  sockclient::Editor editor_;
};

inline std::string times(std::size_t count, std::string_view text) {
  std::string out;
  while (count-- > 0) out += text;
  return out;
}
