#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace sockclient {

/// Text before a line: `14:05:09 `.
using TimeOfDay = std::function<std::string()>;

/// The current local time.
std::string local_time();

/// What is written for bytes from a peer. On a terminal they are escaped unless `raw`: LF and CR LF
/// are line ends; a CR or an incomplete character at the end of a read waits for the next bytes.
class Screen {
 public:
  enum class Layout {
    exact,    ///< no terminal: every byte stays as it is
    flowing,  ///< a line continues where it stopped
    rows,     ///< output consists of whole rows; the rest of a line starts a new row
  };

  struct Look {
    bool raw = false;     ///< unchanged: not escaped, not styled
    bool styled = false;  ///< rows: whole lines of a chat are coloured
    bool whole = false;   ///< each call of show() is a datagram: it begins and ends its own rows
    TimeOfDay time = {};  ///< once before every line; empty: no time
  };

  Screen(Layout layout, Look look) : layout_(layout), look_(std::move(look)) {}

  /// What is to be written for `bytes`. In rows, the beginning of a line waits for its end, so that
  /// a line stays whole however it was sent.
  std::string show(std::string_view bytes);

  /// In rows: whether a waiting beginning of a line could be shown.
  bool has_waiting() const { return layout_ == Layout::rows && showable() > 0; }

  /// Writes the waiting beginning as a row: its line end takes too long.
  std::string flush();

  /// At the end: writes what was held back, and ends an open row.
  std::string finish();

 private:
  // A longer beginning of a line does not wait.
  static constexpr std::size_t longest_waiting = 16 * 1024;

  std::string show_rows(std::string_view bytes);
  std::size_t showable() const;  // how much of held_ can be shown
  std::string stamped(std::string_view bytes);
  void append(std::string& out, std::string_view text, bool ended);

  Layout layout_;
  Look look_;
  std::string held_;
  bool in_line_ = false;  // some of the line has been shown, but not its end
};

}  // namespace sockclient
