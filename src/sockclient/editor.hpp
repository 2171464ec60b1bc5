#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "line.hpp"
#include "line_view.hpp"

namespace sockclient {

/// Makes lines of keys, and shows the one being typed behind a prompt. It knows no terminal: bytes
/// that were typed go in, and what has to be written comes out.
class Editor {
 public:
  enum class Style {
    drawn,  ///< what is typed is shown here, and edited by keys
    plain,  ///< the terminal does both, and hands over whole lines
  };

  enum class Event {
    none,     ///< all that was typed is worked off
    line,     ///< a line is done
    unended,  ///< a line without its end
    end,      ///< nothing more will be typed
  };

  Editor(std::string_view prompt, Style style);

  /// What the terminal delivered.
  void type(std::string_view bytes) { typed_ += bytes; }

  /// The terminal has ended its input; what it handed over without a line end is a line all the
  /// same.
  void end_input() { has_ended_ = true; }

  /// Works off what was typed, up to the next event.
  Event next();

  /// After Event::line or unended: the line, and what shows it whole, to be written.
  struct Done {
    std::string line;
    std::string shown;
  };
  Done take(Size size);

  /// What shows the line as it is now; nothing if it is shown already.
  std::string draw(Size size);

  /// What takes it off the screen. It will be drawn again in the row that the cursor is in then.
  std::string erase();

  /// The cursor is at the beginning of a free row, below what was drawn.
  void forget();

  /// The terminal has another size. `ask` as in LineView; what is typed may go on meanwhile.
  void resize(Size size, const LineView::AskColumn& ask);

  /// The next key is to be taken as it is: it was announced by Ctrl-V.
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
  std::string typed_;  // and not yet worked off
  bool has_ended_ = false;
  bool is_shown_ = false;  // as it is now
  bool clears_ = false;    // the screen, when it is drawn next
  bool is_quoting_ = false;
  bool is_pasting_ = false;
  bool was_cr_ = false;            // in what is pasted
  std::optional<Text> pattern_;    // searched for among the lines before
  std::size_t before_search_ = 0;  // what was shown then
};

}  // namespace sockclient
