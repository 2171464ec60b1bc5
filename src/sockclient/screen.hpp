#pragma once

#include <string>
#include <string_view>

/// What a terminal shows of the bytes that come from a peer, escaped unless `raw`: LF and CR LF are
/// line ends; a CR or half a character at the end of a read waits for what follows it.
class Screen {
 public:
  enum class Layout {
    flowing,  ///< a line is continued where it stopped
    rows,     ///< what comes has whole rows; what continues a line starts a new one
  };

  Screen(Layout layout, bool raw) : layout_(layout), raw_(raw) {}

  std::string show(std::string_view bytes);

  /// At the end: what was held back, and the end of an open row.
  std::string finish();

 private:
  void append(std::string& out, std::string_view text, bool ended);

  Layout layout_;
  bool raw_;
  std::string held_;
  bool in_line_ = false;  // some of the line has been shown, its end has not come
};
