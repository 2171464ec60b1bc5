#include "line_editor.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "editline_editor.hpp"
#include "output.hpp"

namespace sockclient {
namespace {

// The terminal edits the line and hands it over whole; what is half typed is not ours to redraw.
class PlainEditor : public LineEditor {
 public:
  PlainEditor(std::string prompt, Wait wait) : prompt_(std::move(prompt)), wait_(std::move(wait)) {}

  std::optional<std::string> read_line() override {
    redraw();
    for (;;) {
      if (const auto end = typed_.find('\n'); end != typed_.npos) {
        std::string line = typed_.substr(0, end);
        typed_.erase(0, end + 1);
        return line;
      }
      if (!wait_()) return std::nullopt;
      std::array<char, 4096> buffer{};
      const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        write_out("\n");
        return std::nullopt;
      }
      typed_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  void hide() override { write_out("\r" + std::string(prompt_.size(), ' ') + "\r"); }
  void redraw() override { write_out(prompt_); }
  void resize() override {}
  void suspend() override {
    ::kill(::getpid(), SIGSTOP);
    redraw();
  }

 private:
  std::string prompt_;
  Wait wait_;
  std::string typed_;
};

}  // namespace

bool editor_echoes() { return SOCK_HAS_EDITLINE != 0 && has_escape_sequences(); }

std::unique_ptr<LineEditor> make_line_editor(std::string prompt, LineEditor::Wait wait) {
#if SOCK_HAS_EDITLINE
  if (editor_echoes()) return make_editline_editor(std::move(prompt), std::move(wait));
#endif
  return std::make_unique<PlainEditor>(std::move(prompt), std::move(wait));
}

}  // namespace sockclient
