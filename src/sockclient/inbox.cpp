#include "inbox.hpp"

#include <cstddef>
#include <deque>
#include <utility>

#include "eol.hpp"

namespace sockclient {
namespace {

class LineInbox final : public Inbox {
 public:
  void add(std::string_view read) override { text_ += read; }

  std::optional<std::string> next() override {
    const auto end = text_.find('\n', seen_);
    if (end != text_.npos) return take(end + 1);
    seen_ = text_.size();
    if (seen_ < longest_message) return {};
    return take(seen_);
  }

  std::optional<std::string> part() override {
    if (!has_part()) return {};
    return take(text_.size());
  }

  bool has_part() const override { return !text_.empty(); }

  void empty(const Wire::Receiver& receive) override {
    if (!text_.empty()) receive(std::exchange(text_, {}));
    seen_ = 0;
  }

 private:
  static constexpr std::size_t longest_message = 16 * 1024 * 1024;

  std::string take(std::size_t size) {
    std::string message(without_line_end(std::string_view(text_).substr(0, size)));
    text_.erase(0, size);
    seen_ = 0;
    return message;
  }

  std::string text_;
  std::size_t seen_ = 0;  // bytes of text_ already searched: they hold no line end
};

class DatagramInbox final : public Inbox {
 public:
  void add(std::string_view read) override { datagrams_.emplace_back(read); }

  std::optional<std::string> next() override {
    if (datagrams_.empty()) return {};
    std::string message(without_line_end(datagrams_.front()));
    datagrams_.pop_front();
    return message;
  }

  std::optional<std::string> part() override { return {}; }
  bool has_part() const override { return false; }

  void empty(const Wire::Receiver& receive) override {
    for (; !datagrams_.empty(); datagrams_.pop_front()) receive(datagrams_.front());
  }

 private:
  std::deque<std::string> datagrams_;
};

}  // namespace

std::unique_ptr<Inbox> Inbox::of_lines() { return std::make_unique<LineInbox>(); }
std::unique_ptr<Inbox> Inbox::of_datagrams() { return std::make_unique<DatagramInbox>(); }

}  // namespace sockclient
