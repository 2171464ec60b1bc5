#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace sockclient {

/// What is put before a line: `14:05:09 `.
using TimeOfDay = std::function<std::string()>;

/// Now, as the clocks here show it.
std::string local_time();

/// What is written of the bytes that come from a peer. On a terminal they are escaped unless `raw`:
/// LF and CR LF are line ends; a CR or half a character at the end of a read waits for what follows
/// it.
class Screen {
 public:
  enum class Layout {
    exact,    ///< no terminal: every byte stays as it is
    flowing,  ///< a line is continued where it stopped
    rows,     ///< what comes has whole rows; what continues a line starts a new one
  };

  struct Look {
    bool raw = false;     ///< as it came: not escaped, not styled
    bool styled = false;  ///< rows: whole lines of a chat in colour
    bool whole = false;   ///< what one call shows is a datagram: it begins and ends rows of its own
    TimeOfDay time = {};  ///< before every line, once; empty: no time
  };

  Screen(Layout layout, Look look) : layout_(layout), look_(std::move(look)) {}

  /// What is to be written for `bytes`. In rows, the beginning of a line waits for its end, so that
  /// a line is not torn by the way in which it was sent.
  std::string show(std::string_view bytes);

  /// In rows: whether something waits that need not.
  bool has_waiting() const { return layout_ == Layout::rows && showable() > 0; }

  /// A row for what waits: the end of its line takes too long.
  std::string flush();

  /// At the end: what was held back, and the end of an open row.
  std::string finish();

 private:
  // More of a line than this does not wait.
  static constexpr std::size_t longest_waiting = 16 * 1024;

  std::string show_rows(std::string_view bytes);
  std::size_t showable() const;  // how much of held_ can be shown
  std::string stamped(std::string_view bytes);
  void append(std::string& out, std::string_view text, bool ended);

  Layout layout_;
  Look look_;
  std::string held_;
  bool in_line_ = false;  // some of the line has been shown, its end has not come
};

}  // namespace sockclient
