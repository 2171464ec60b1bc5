#include "editline_editor.hpp"

#include <histedit.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cwchar>
#include <cwctype>
#include <exception>
#include <utility>

#include "failure.hpp"
#include "output.hpp"

namespace sockclient {
namespace {

std::size_t screen_width() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// How many columns libedit takes for a character at `column`.
std::size_t width_of(wchar_t character, std::size_t column) {
  if (character == L'\t') return 8 - column % 8;
  if (std::iswcntrl(static_cast<wint_t>(character)) != 0) return 2;  // ^A
  const int width = ::wcwidth(character);
  return width < 0 ? 8 : static_cast<std::size_t>(width);  // \U+12345
}

class EditlineEditor : public LineEditor {
 public:
  EditlineEditor(std::string prompt, Wait wait)
      : prompt_(std::move(prompt)),
        wait_(std::move(wait)),
        history_(::history_init(), ::history_end),
        editor_(::el_init("sockclient", stdin, stdout, stderr), ::el_end) {
    if (!history_ || !editor_) throw Failure("cannot set up line editing");
    HistEvent event{};
    ::history(history_.get(), &event, H_SETSIZE, 1000);
    ::history(history_.get(), &event, H_SETUNIQUE, 1);
    EditLine* const editor = editor_.get();
    ::el_set(editor, EL_CLIENTDATA, this);
    ::el_set(editor, EL_PROMPT, &EditlineEditor::prompt_of);
    ::el_set(editor, EL_EDITOR, "emacs");
    ::el_set(editor, EL_HIST, ::history, history_.get());
    ::el_set(editor, EL_GETCFN, &EditlineEditor::next_key_of);
    echo_between_lines(false);
    ::el_set(editor, EL_BIND, "^I", "ed-insert", nullptr);
    ::el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    for (const auto& [key, action] : keys) ::el_set(editor, EL_BIND, key, action, nullptr);
  }

  std::optional<std::string> read_line() override {
    int length = 0;
    const char* const text = ::el_gets(editor_.get(), &length);
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (text == nullptr || length <= 0) {
      // libedit leaves the prompt, and its ^D, standing.
      if (!std::exchange(given_up_, false)) write_out("\r\x1b[J");
      return std::nullopt;
    }
    std::string line(text, static_cast<std::size_t>(length));
    HistEvent event{};
    if (line != "\n") ::history(history_.get(), &event, H_ENTER, line.c_str());
    if (line.ends_with('\n')) line.pop_back();
    return line;
  }

  void hide() override {
    std::fflush(stdout);
    const std::size_t row = cursor_row();
    write_out(row == 0 ? "\r\x1b[J" : "\r\x1b[" + std::to_string(row) + "A\x1b[J");
  }

  void redraw() override {
    // The new size may be known before its signal comes.
    if (const auto width = screen_width(); std::exchange(width_, width) != width) {
      ::el_resize(editor_.get());
    }
    ::el_set(editor_.get(), EL_REFRESH);
  }

  void resize() override {
    hide();
    redraw();
  }

  void suspend() override {
    hide();
    ::el_set(editor_.get(), EL_PREP_TERM, 0);
    echo_between_lines(true);
    ::kill(::getpid(), SIGSTOP);
    echo_between_lines(false);
    ::el_set(editor_.get(), EL_PREP_TERM, 1);
    redraw();
  }

 private:
  // What other programs' users expect, and libedit does not bind by itself.
  static constexpr std::array<std::pair<const char*, const char*>, 6> keys{{
      {"\x1b[H", "ed-move-to-beg"},
      {"\x1b[F", "ed-move-to-end"},
      {"\x1b[1~", "ed-move-to-beg"},
      {"\x1b[4~", "ed-move-to-end"},
      {"\x1b[3~", "ed-delete-next-char"},
      {"\x1b[1;5D", "ed-prev-word"},
  }};

  static EditlineEditor& self(EditLine* editor) {
    void* found = nullptr;
    ::el_get(editor, EL_CLIENTDATA, &found);
    return *static_cast<EditlineEditor*>(found);
  }

  // What is typed while no line is being edited is shown with the next one.
  void echo_between_lines(bool on) {
    ::el_set(editor_.get(), EL_SETTY, "-x", on ? "+echo" : "-echo", nullptr);
  }

  static char* prompt_of(EditLine* editor) { return self(editor).prompt_.data(); }

  // libedit is C: no exception may pass through it.
  static int next_key_of(EditLine* editor, wchar_t* key) {
    auto& me = self(editor);
    try {
      return me.next_key(*key);
    } catch (...) {
      me.thrown_ = std::current_exception();
      return 0;
    }
  }

  // 1: here it is; 0: end of input.
  int next_key(wchar_t& key) {
    std::mbstate_t state{};
    for (;;) {
      while (!typed_.empty()) {
        const char byte = typed_.front();
        typed_.erase(0, 1);
        // NOLINTNEXTLINE(concurrency-mt-unsafe): it is safe with a state of our own
        const auto used = std::mbrtowc(&key, &byte, 1, &state);
        if (used == 0 || used == 1) return 1;
        if (used == static_cast<std::size_t>(-1)) state = {};
      }
      if (!wait_()) {
        given_up_ = true;
        return 0;
      }
      if (screen_width() != width_) resize();  // its signal may come later than the key
      std::array<char, 1024> buffer{};
      const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return 0;
      typed_.assign(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  // How many rows the cursor is below the beginning of the prompt.
  std::size_t cursor_row() const {
    const std::size_t screen = screen_width();
    std::size_t row = 0;
    std::size_t column = prompt_.size() % screen;
    const LineInfoW* const line = ::el_wline(editor_.get());
    for (const wchar_t* at = line->buffer; at != line->cursor; ++at) {
      const std::size_t width = width_of(*at, column);
      if (column + width > screen) {  // a wide character is not split
        ++row;
        column = 0;
      }
      column += width;
      if (column >= screen) {
        ++row;
        column -= screen;
      }
    }
    return row;
  }

  std::string prompt_;
  Wait wait_;
  std::size_t width_ = screen_width();  // that libedit knows
  std::string typed_;                   // read from the terminal, not yet taken by libedit
  bool given_up_ = false;
  std::exception_ptr thrown_;
  std::unique_ptr<History, decltype(&::history_end)> history_;
  std::unique_ptr<EditLine, decltype(&::el_end)> editor_;
};

}  // namespace

std::unique_ptr<LineEditor> make_editline_editor(std::string prompt, LineEditor::Wait wait) {
  return std::make_unique<EditlineEditor>(std::move(prompt), std::move(wait));
}

}  // namespace sockclient
