#include "editor.hpp"

#include <array>
#include <utility>

#include "characters.hpp"

namespace sockclient {
namespace {

struct Binding {
  std::string_view keys;  // with a space around each
  void (Line::*action)();
};

constexpr std::array bindings{
    Binding{" \001 \033[H \033OH \033[1~ \033[7~ ", &Line::home},
    Binding{" \005 \033[F \033OF \033[4~ \033[8~ ", &Line::end},
    Binding{" \002 \033[D \033OD ", &Line::left},
    Binding{" \006 \033[C \033OC ", &Line::right},
    Binding{" \033b \033B \033[1;5D \033Od \033[5D ", &Line::word_left},
    Binding{" \033f \033F \033[1;5C \033Oc \033[5C ", &Line::word_right},
    Binding{" \010 \177 ", &Line::erase_left},
    Binding{" \004 \033[3~ ", &Line::erase_right},
    Binding{" \027 \033\177 \033\010 ", &Line::cut_left},
    Binding{" \033d \033D ", &Line::cut_right},
    Binding{" \013 ", &Line::cut_rest},
    Binding{" \025 ", &Line::cut_all},
    Binding{" \031 ", &Line::paste},
    Binding{" \024 ", &Line::transpose},
    Binding{" \020 \033[A \033OA ", &Line::older},
    Binding{" \016 \033[B \033OB ", &Line::newer},
};

constexpr std::string_view ctrl_d = "\x04";
constexpr std::string_view ctrl_g = "\x07";
constexpr std::string_view ctrl_l = "\x0c";
constexpr std::string_view ctrl_r = "\x12";
constexpr std::string_view ctrl_v = "\x16";
constexpr std::string_view begin_of_paste = "\x1b[200~";
constexpr std::string_view end_of_paste = "\x1b[201~";

bool is_text(const std::string& key) {
  const auto first = static_cast<unsigned char>(key.front());
  return first == '\t' || (first >= 0x20 && first != 0x7F);
}

}  // namespace

Editor::Editor(std::string_view prompt, Style style) : style_(style) {
  for (const char c : prompt) prompt_.emplace_back(1, c);
}

Editor::Event Editor::next() {
  while (!typed_.empty()) {
    const bool is_literal = is_quoting_ || is_pasting_ || style_ == Style::plain;
    std::size_t size = is_literal ? character_size(typed_) : key_size(typed_);
    if (is_pasting_ && typed_.starts_with(end_of_paste.substr(0, typed_.size()))) {
      size = typed_.size() < end_of_paste.size() ? 0 : end_of_paste.size();
    }
    if (size == 0 && has_ended_) size = 1;
    if (size == 0) break;
    const std::string key = typed_.substr(0, size);
    typed_.erase(0, size);
    if (const Event event = work(key); event != Event::none) return event;
  }
  if (!has_ended_) return Event::none;
  return style_ == Style::plain && !line_.text().empty() ? Event::unended : Event::end;
}

Editor::Event Editor::work(const std::string& key) {
  const bool is_enter = key == "\r" || key == "\n" || key == "\x1bOM";
  if (style_ == Style::plain) {
    if (key == "\n") return Event::line;
    line_.insert(key);
    return Event::none;
  }
  const bool follows_cr = std::exchange(was_cr_, is_pasting_ && key == "\r");
  if (key == begin_of_paste || key == end_of_paste) {
    is_pasting_ = key == begin_of_paste;
  } else if (is_pasting_ && is_enter) {
    return follows_cr && key == "\n" ? Event::none : Event::line;
  } else if (is_pasting_ || std::exchange(is_quoting_, false)) {
    insert(key);
  } else if (pattern_ && search(key)) {
    return Event::none;
  } else if (is_enter) {
    return Event::line;
  } else if (key == ctrl_d && line_.text().empty()) {
    return Event::end;
  } else {
    command(key);
  }
  return Event::none;
}

void Editor::insert(const std::string& key) {
  line_.insert(key);
  is_shown_ = false;
}

// An unknown key inserts nothing.
void Editor::command(const std::string& key) {
  if (is_text(key)) return insert(key);
  const std::string word = ' ' + key + ' ';
  for (const auto& [keys, action] : bindings) {
    if (keys.find(word) == keys.npos) continue;
    (line_.*action)();
    is_shown_ = false;
  }
  is_quoting_ = key == ctrl_v;
  if (key == ctrl_l) {
    clears_ = true;
    is_shown_ = false;
  }
  if (key == ctrl_r) {
    pattern_.emplace();
    before_search_ = line_.shown();
    is_shown_ = false;
  }
}

// Returns false if the key ends the search and keeps its usual meaning.
bool Editor::search(const std::string& key) {
  is_shown_ = false;
  const bool is_shorter = key == "\x7f" || key == "\b";
  if (is_shorter && !pattern_->empty()) pattern_->pop_back();
  if (is_text(key)) pattern_->push_back(key);
  if (key == ctrl_r || is_shorter || is_text(key)) {
    if (key != ctrl_r) line_.show(before_search_);
    line_.find(joined(*pattern_), key != ctrl_r);
    return true;
  }
  if (key == ctrl_g) line_.show(before_search_);
  pattern_.reset();
  return key == ctrl_g;
}

Text Editor::prompt() const {
  if (!pattern_) return prompt_;
  Text out;
  for (const char c : std::string_view("search \"")) out.emplace_back(1, c);
  out.insert(out.end(), pattern_->begin(), pattern_->end());
  for (const char c : std::string_view("\": ")) out.emplace_back(1, c);
  return out;
}

Editor::Done Editor::take(Size size) {
  is_shown_ = false;
  if (style_ == Style::plain) return {line_.take(), has_ended_ ? "\n" : ""};
  const std::string shown = view_.finish(prompt_, line_, size);
  return {line_.take(), shown};
}

std::string Editor::draw(Size size) {
  if (std::exchange(is_shown_, true)) return {};
  if (style_ == Style::plain) return joined(prompt_);
  std::string out;
  if (std::exchange(clears_, false)) {
    out = view_.erase() + "\x1b[H\x1b[2J";
  }
  return out + view_.draw(prompt(), line_, size);
}

std::string Editor::erase() {
  const bool was_shown = std::exchange(is_shown_, false);
  if (style_ == Style::drawn) return view_.erase();
  if (!was_shown || prompt_.empty()) return {};
  return has_ended_ ? "\n" : "\r" + std::string(prompt_.size(), ' ') + "\r";
}

void Editor::forget() {
  view_.forget();
  is_shown_ = false;
}

void Editor::resize(Size size, const LineView::AskColumn& ask) {
  if (style_ == Style::plain) return;
  view_.resize(size, ask);
  is_shown_ = false;
}

}  // namespace sockclient
