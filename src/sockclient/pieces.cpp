#include "pieces.hpp"

#include <utility>

#include "sock/datagram.hpp"

namespace sockclient {

Pieces::Pieces(const Options& options)
    : eol_(options.eol), filter_(options.eol.value_or(Eol::none)), is_cut_(options.udp) {}

void Pieces::add(std::string_view read) {
  has_ended_ = read.empty();
  if (!eol_ && !is_cut_) {
    rest_ = read;
    return;
  }
  text_.erase(0, text_.size() - rest_.size());
  filter_.convert(read, text_);
  if (has_ended_) filter_.finish(text_);
  rest_ = text_;
}

std::optional<std::string_view> Pieces::next() {
  if (rest_.empty()) return {};
  if (is_cut_) return next_line();
  return std::exchange(rest_, {});
}

std::optional<std::string_view> Pieces::next_line() {
  const auto end = rest_.find('\n', seen_);
  if (end == rest_.npos) {
    seen_ = rest_.size();
    if (!has_ended_ && rest_.size() <= sock::Datagram::largest) return {};
    return std::exchange(rest_, {});
  }
  const auto line = rest_.substr(0, end + 1);
  rest_.remove_prefix(line.size());
  seen_ = 0;
  return eol_ == Eol::none ? without_line_end(line) : line;
}

}  // namespace sockclient
