#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sockclient {

/// Reads lines from the terminal behind a prompt, while other things happen.
///
/// Before each key it calls `wait`, which returns true once there is a key to read, or false to
/// give up the line; from there, and only there, the methods below may be called.
class LineEditor {
 public:
  using Wait = std::function<bool()>;

  virtual ~LineEditor() = default;

  /// The line without its end. Nothing: end of input, or `wait` returned false. What `wait` throws
  /// comes out here.
  virtual std::optional<std::string> read_line() = 0;

  /// Takes the prompt and the half-typed line off the screen.
  virtual void hide() = 0;

  /// Puts them back, in a row of their own.
  virtual void redraw() = 0;

  /// The terminal has another size.
  virtual void resize() = 0;

  /// Stops the program, as Ctrl-Z asks for, and comes back when it is continued.
  virtual void suspend() = 0;
};

/// Whether make_line_editor() gives one that shows by itself what is typed; else the terminal does.
bool editor_echoes();

/// With libedit where it was found and the terminal can move its cursor; else the terminal's own
/// line editing.
std::unique_ptr<LineEditor> make_line_editor(std::string prompt, LineEditor::Wait wait);

}  // namespace sockclient
