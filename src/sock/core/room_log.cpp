// Each entry counts the cursors on it. No cursor is before the first entry, so when none is on it,
// all feeds have passed it: then it is dropped, or kept as history. Nothing is searched, however
// many hearers there are and however far apart they are.

#include "sock/room_log.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sock/session.hpp"

namespace sock {
namespace {

constexpr std::size_t history_bytes_bound = 256 * 1024;
constexpr std::uint64_t most_bounds_behind = 16;
constexpr std::uint64_t looks_a_bound = 16;  // searches for feeds that are behind, per bound

}  // namespace

RoomLog::Line::Line(std::string text) { entry_.emplace_back().text = std::move(text); }

void RoomLog::Line::reserve(std::size_t bytes) {
  if (entry_.empty()) entry_.emplace_back();  // it was added
  entry_.front().text.reserve(bytes);
}

void RoomLog::Line::assign(std::initializer_list<std::string_view> parts) {
  std::string& text = entry_.front().text;
  text.clear();
  for (const auto part : parts) text += part;
}

RoomLog::RoomLog(std::size_t bound, std::size_t history) : bound_(bound), history_bound_(history) {
  entries_.emplace_back();
}

void RoomLog::add(Line line, const Feed& author, Kept kept) noexcept {
  std::list<Entry> dropped;  // destroyed outside the lock
  const std::lock_guard lock(mutex_);
  Entry& entry = line.entry_.front();
  entry.feed = author.id_;
  entry.is_history = kept == Kept::yes && history_bound_ > 0;
  append(line);
  for (Feed* feed : feeds_) {
    if (feed != &author && feed->is_member_ && feed->driver_ != nullptr) feed->driver_->told();
  }
  find_feeds_behind();
  dropped = drop();
}

void RoomLog::add_for(Feed& hearer, Line line) noexcept {
  std::list<Entry> dropped;
  const std::lock_guard lock(mutex_);
  Entry& entry = line.entry_.front();
  entry.feed = hearer.id_;
  entry.is_private = true;
  append(line);
  if (hearer.is_member_ && hearer.driver_ != nullptr) hearer.driver_->told();
  find_feeds_behind();
  dropped = drop();
}

void RoomLog::append(Line& line) {
  Entry& entry = line.entry_.front();
  entry.begin = end_;
  end_ += entry.text.size();
  if (entry.is_history) {
    ++history_lines_;
    history_bytes_ += entry.text.size();
  }
  entries_.splice(entries_.end(), line.entry_);
}

// Removes and returns the entries that are no longer needed.
std::list<RoomLog::Entry> RoomLog::drop() {
  std::list<Entry> dropped;
  while (entries_.size() > 1 && entries_.front().cursors == 0) {
    auto& target = entries_.front().is_history ? past_ : dropped;
    target.splice(target.end(), entries_, entries_.begin());
  }
  begin_ = entries_.front().begin;
  while (!past_.empty() &&
         (history_lines_ > history_bound_ || history_bytes_ > history_bytes_bound)) {
    --history_lines_;
    history_bytes_ -= past_.front().text.size();
    dropped.splice(dropped.end(), past_, past_.begin());
  }
  return dropped;
}

void RoomLog::find_feeds_behind() {
  const std::uint64_t end = end_;
  if (end - begin_ <= bound_ || end - looked_at_ < bound_ / looks_a_bound) return;
  looked_at_ = end;
  for (Feed* feed : feeds_) {
    if (!feed->has_cursor_ || !feed->full_) continue;
    if (end - feed->cursor_->begin > most_bounds_behind * bound_) {
      feed->lost_ = true;
      release(*feed);
    } else if (end - feed->taken_at_ <= bound_) {
      continue;
    }
    feed->behind_ = true;
    if (feed->driver_ != nullptr) feed->driver_->told();
  }
}

void RoomLog::release(Feed& feed) {
  if (std::exchange(feed.has_cursor_, false)) --feed.cursor_->cursors;
}

RoomLog::History RoomLog::history() const {
  const std::lock_guard lock(mutex_);
  History history;
  std::size_t bytes = 0;
  std::vector<const std::string*> lines;  // the latest first
  const auto collect = [&](const std::list<Entry>& entries) {
    // NOLINTNEXTLINE(modernize-loop-convert): backwards
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      if (!entry->is_history) continue;
      bytes += entry->text.size();
      if (lines.size() == history_bound_ || bytes > history_bytes_bound) return false;
      lines.push_back(&entry->text);
    }
    return true;
  };
  if (collect(entries_)) collect(past_);
  history.lines = lines.size();
  // NOLINTNEXTLINE(modernize-loop-convert): backwards
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) history.text += **line;
  return history;
}

Feed::~Feed() {
  leave();
  std::list<RoomLog::Entry> dropped;  // destroyed outside the lock
  const std::lock_guard lock(log_.mutex_);
  log_.release(*this);
  std::erase(log_.feeds_, this);
  dropped = log_.drop();
}

void Feed::join() {
  const std::lock_guard lock(log_.mutex_);
  log_.feeds_.push_back(this);
  id_ = ++log_.last_id_;
  cursor_ = std::prev(log_.entries_.end());
  ++cursor_->cursors;
  has_cursor_ = is_member_ = true;
  taken_at_ = log_.end_.load();
}

void Feed::leave() noexcept {
  const std::lock_guard lock(log_.mutex_);
  if (std::exchange(is_member_, false)) until_ = log_.end_;
}

void Feed::detach() noexcept {
  const std::lock_guard lock(log_.mutex_);
  driver_ = nullptr;
}

bool Feed::take(std::string& out) {
  std::list<RoomLog::Entry> dropped;  // destroyed outside the lock
  const std::lock_guard lock(log_.mutex_);
  if (!has_cursor_) return false;
  const std::size_t before = out.size();
  auto next = std::next(cursor_);
  for (; next != log_.entries_.end() && next->begin < until_; ++next) {
    if (out.size() > enough_output) break;
    if (next->is_for(id_)) out += next->text;
  }
  const bool was_first = cursor_ == log_.entries_.begin();
  --cursor_->cursors;
  cursor_ = std::prev(next);
  ++cursor_->cursors;
  const bool has_all = next == log_.entries_.end() || next->begin >= until_;
  if (has_all && !is_member_) log_.release(*this);  // it gets no more lines
  if (was_first) dropped = log_.drop();
  return out.size() > before;
}

std::optional<std::uint64_t> Feed::others_behind() const noexcept {
  const std::uint64_t half = log_.bound_ / 2;
  const std::uint64_t end = log_.end_;
  if (end - log_.begin_ <= half) return {};
  std::optional<std::uint64_t> taken;
  const std::lock_guard lock(log_.mutex_);
  for (const Feed* one : log_.feeds_) {
    if (one == this || !one->is_member_ || !one->has_cursor_ || one->is_behind()) continue;
    const std::uint64_t passed = one->cursor_->begin + one->cursor_->text.size();
    if (end - std::min(end, passed) > half) taken = taken.value_or(0) + one->taken_at_;
  }
  return taken;
}

}  // namespace sock
