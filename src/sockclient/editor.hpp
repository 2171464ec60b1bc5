#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "line.hpp"
#include "line_view.hpp"

namespace sockclient {

/// Turns keys into lines, and shows the line being typed behind a prompt. It does no I/O: typed
/// bytes go in, and bytes to be written to the terminal come out.
class Editor {
 public:
  enum class Style {
    drawn,  ///< the editor shows what is typed, and keys edit it
    plain,  ///< the terminal shows and edits, and delivers whole lines
  };

  enum class Event {
    none,     ///< all typed bytes are processed
    line,     ///< a line is complete
    unended,  ///< a line without a line end
    end,      ///< the input has ended
  };

  Editor(std::string_view prompt, Style style);

  /// Adds bytes that the terminal delivered.
  void type(std::string_view bytes) { typed_ += bytes; }

  /// The terminal has ended its input; bytes without a line end still become a line.
  void end_input() { has_ended_ = true; }

  /// Processes typed bytes up to the next event.
  Event next();

  /// After Event::line or unended: the line, and the bytes that show it completely.
  struct Done {
    std::string line;
    std::string shown;
  };
  Done take(Size size);

  /// Returns the bytes that show the current line, or none if it is already shown.
  std::string draw(Size size);

  /// Returns the bytes that erase the line. The next draw() starts in the cursor's row.
  std::string erase();

  /// The cursor is at the beginning of an empty row, below what was drawn.
  void forget();

  /// The terminal's size has changed. For `ask` see LineView; bytes may be typed meanwhile.
  void resize(Size size, const LineView::AskColumn& ask);

  /// The next key is taken literally, because Ctrl-V was typed.
  bool is_quoting() const { return is_quoting_; }

 private:
  Event work(const std::string& key);
  void insert(const std::string& key);
  void command(const std::string& key);
  bool search(const std::string& key);
  Text prompt() const;

  Text prompt_;
  Style style_;
  Line line_;
  LineView view_;
  std::string typed_;  // not yet processed
  bool has_ended_ = false;
  bool is_shown_ = false;  // the line is on the screen as it is now
  bool clears_ = false;    // clear the screen at the next draw()
  bool is_quoting_ = false;
  bool is_pasting_ = false;
  bool was_cr_ = false;            // the last key was a pasted CR
  std::optional<Text> pattern_;    // of the search in earlier lines
  std::size_t before_search_ = 0;  // the line that was shown before the search
};

}  // namespace sockclient
