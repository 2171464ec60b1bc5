// How bytes become messages.
//
// Each read is searched for LF from its first byte, once. Three things can happen:
//
//   1. An LF is found: the message is the bytes held from earlier reads and those before the LF.
//   2. No LF, and the peer is not (yet) known to send lines: the rest of the read is a message.
//   3. No LF from a peer that sends lines: the rest of the read is held, up to the limit.
//
// Held bytes are never searched again, so the work is linear in the bytes fed. A line over the
// limit is reported once, dropped, and skipped up to its LF.

#include "sock/message_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace sock {
namespace {

constexpr std::size_t kept_capacity = 1024;
constexpr std::size_t largest_limit = std::numeric_limits<std::size_t>::max() / 2;

// Splits "text\r\n", "text\n" or "text".
Message split(std::string_view bytes) {
  std::size_t end = 0;
  if (bytes.ends_with('\n')) end = bytes.ends_with("\r\n") ? 2 : 1;
  return {bytes.substr(0, bytes.size() - end), bytes.substr(bytes.size() - end)};
}

}  // namespace

MessageReader::MessageReader(Framing framing, std::size_t limit, bool is_patient)
    : limit_(std::min(limit, largest_limit)), framing_(framing) {
  may_settle_ = is_patient && framing == Framing::automatic;
  if (may_settle_) framing_ = Framing::line;
}

MessageReader::Result MessageReader::next(std::string_view& in) {
  forget_taken();
  while (!in.empty()) {
    const std::size_t lf = framing_ == Framing::chunk ? in.npos : in.find('\n');
    if (lf != in.npos) {
      if (framing_ == Framing::automatic) framing_ = Framing::line;
      may_settle_ = false;
      const std::string_view line_end = in.substr(0, lf + 1);
      in.remove_prefix(lf + 1);
      if (std::exchange(skipping_, false)) continue;
      return end_line(line_end);
    }
    const std::string_view rest = std::exchange(in, {});
    if (framing_ != Framing::line) return take(rest);
    if (!skipping_) return hold(rest);
  }
  return Result::need_more;
}

MessageReader::Result MessageReader::finish() {
  forget_taken();
  return held_.empty() ? Result::need_more : take_held();
}

std::string_view MessageReader::unfinished() const {
  const bool is_text = may_settle_ && !taken_ && held_.size() <= limit_;
  return is_text ? std::string_view(held_) : std::string_view();
}

MessageReader::Result MessageReader::settle() {
  const bool has_text = !unfinished().empty();
  forget_taken();
  return has_text ? take_held() : Result::need_more;
}

MessageReader::Result MessageReader::take_held() {
  taken_ = true;
  // No LF follows, so a CR at the end is not part of a terminator: it belongs to the text.
  message_ = {held_, {}};
  return held_.size() > limit_ ? Result::too_long : Result::message;
}

// `bytes` end a line, which may have begun in earlier reads.
MessageReader::Result MessageReader::end_line(std::string_view bytes) {
  if (held_.empty()) return take(bytes);
  taken_ = true;
  if (held_.size() + bytes.size() > limit_ + 2) return Result::too_long;
  return take(held_.append(bytes));
}

MessageReader::Result MessageReader::take(std::string_view bytes) {
  message_ = split(bytes);
  return message_.text.size() > limit_ ? Result::too_long : Result::message;
}

// Keeps the beginning of a line. One byte over the limit may be the CR of its terminator.
MessageReader::Result MessageReader::hold(std::string_view bytes) {
  const std::size_t size = held_.size() + bytes.size();
  if (size > limit_ + 1 || (size == limit_ + 1 && bytes.back() != '\r')) {
    std::string().swap(held_);
    skipping_ = true;
    return Result::too_long;
  }
  held_.append(bytes);
  return Result::need_more;
}

void MessageReader::forget_taken() {
  if (std::exchange(taken_, false)) {
    held_.clear();
    if (held_.capacity() > kept_capacity) held_.shrink_to_fit();
  }
  message_ = {};
}

}  // namespace sock
