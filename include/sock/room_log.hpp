#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sock {

class Feed;

/// What has been said in one place, for all who hear it: a list of lines, each of them once.
///
/// Adding a line costs the same however many hear it. Each hearer has a cursor in the log, its
/// Feed. A line is dropped when every feed has passed it and it is no longer part of the history.
///
/// `bound` is in bytes. A hearer can be further behind than that while its socket takes something
/// now and then. One whose socket has taken nothing while more than `bound` was said is behind, and
/// its driver ends it; so is one that is 16 times as far behind. Thread-safe: a short lock.
class RoomLog {
 public:
  /// A line that has its memory already: adding it cannot fail.
  class Line {
   public:
    /// Throws std::bad_alloc.
    explicit Line(std::string text = {});
    /// For an assign() of so many bytes later. Throws std::bad_alloc, and then changes nothing.
    void reserve(std::size_t bytes);
    /// Replaces the text. Does not throw if it fits what was reserved.
    void assign(std::initializer_list<std::string_view> parts);

   private:
    friend class RoomLog;
    struct Entry {
      std::string text{};
      std::uint64_t feed = 0;     // the author's; of a private line, its hearer's
      std::uint64_t begin = 0;    // how many bytes were said before it
      std::uint32_t cursors = 0;  // how many feeds rest on it
      bool is_private = false;    // for one hearer alone
      bool is_history = false;

      bool is_for(std::uint64_t hearer) const { return (feed == hearer) == is_private; }
    };
    std::list<Entry> entry_;
  };

  /// History is the last `history` lines that were added with Kept::yes, and at most 256 KiB.
  RoomLog(std::size_t bound, std::size_t history);
  RoomLog(const RoomLog&) = delete;
  RoomLog& operator=(const RoomLog&) = delete;

  enum class Kept { no, yes };  ///< for the history

  /// For everybody but `author`, whose feed passes it over.
  void add(Line line, const Feed& author, Kept kept = Kept::no) noexcept;
  /// For one hearer alone.
  void add_for(Feed& hearer, Line line) noexcept;

  struct History {
    std::size_t lines = 0;
    std::string text;
  };
  History history() const;

 private:
  friend class Feed;
  using Entry = Line::Entry;
  using Position = std::list<Entry>::iterator;

  // All of these under the lock.
  void append(Line& line);
  std::list<Entry> drop();
  void find_feeds_behind();
  void release(Feed& feed);

  mutable std::mutex mutex_;  // before that of any driver
  std::list<Entry> past_;     // history that every feed has passed
  std::list<Entry> entries_;  // what feeds rest on, and what they have before them; never empty
  std::vector<Feed*> feeds_;
  const std::size_t bound_;
  const std::size_t history_bound_;
  std::size_t history_lines_ = 0;  // in both lists
  std::size_t history_bytes_ = 0;
  std::atomic<std::uint64_t> begin_{0};  // of the first of entries_
  std::atomic<std::uint64_t> end_{0};    // how many bytes have been said
  std::uint64_t looked_at_ = 0;          // end_, when feeds that are behind were looked for
  std::uint64_t last_id_ = 0;
};

/// One hearer's cursor in a log: the lines of others that wait for it, in the order of the log.
///
/// Between join() and leave() the log's lines are for it. The driver takes them until it finds
/// none, also after leave(): what was said before still counts. Member functions are for the thread
/// that has the session's turn, unless said otherwise.
class Feed {
 public:
  /// Whoever sends to the hearer.
  class Driver {
   public:
    /// There is a line for the hearer, or it is behind. From any thread, with the log locked:
    /// waits for nothing but short locks, does not throw, does not call the log.
    virtual void told() noexcept = 0;

   protected:
    ~Driver() = default;
  };

  /// `log` outlives it.
  explicit Feed(RoomLog& log) : log_(log) {}
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  ~Feed();

  /// For a session: from now on it hears. Throws std::bad_alloc, and then it does not.
  void join();
  /// For a session: from now on it hears nothing new. Called again, it does nothing.
  void leave() noexcept;

  /// For the driver, before the session is opened. `driver` outlives the membership.
  void attach(Driver* driver) { driver_ = driver; }
  /// For the driver, when it ends: from now on it is told nothing, and no call of told() goes on.
  void detach() noexcept;

  /// Appends lines that wait to `out`, until it holds more than `enough_output`. False: none do.
  bool take(std::string& out);

  /// Its socket has taken all that it was given.
  void note_taken() noexcept {
    full_.store(false, std::memory_order_relaxed);
    note_reading();
  }
  /// Its socket takes no more now; it may have taken a part before. Returns what it was before.
  bool note_full(bool has_taken) noexcept {
    if (has_taken) note_reading();
    return full_.exchange(true, std::memory_order_relaxed);
  }
  /// Its socket is full, but the peer is known to read.
  void note_reading() noexcept {
    taken_at_.store(log_.end_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    if (is_behind()) behind_.store(false, std::memory_order_relaxed);
  }

  /// Since its socket took something, more was said than the log's bound.
  bool is_behind() const noexcept { return behind_.load(std::memory_order_relaxed); }
  /// Lines that it has not taken are gone.
  bool has_lost_lines() const noexcept { return lost_.load(std::memory_order_relaxed); }

  /// Whether other hearers, that are not too slow yet, are more than half of the bound behind:
  /// those who speak should pause. If so, a number that changes when one of them takes something.
  std::optional<std::uint64_t> others_behind() const noexcept;

 private:
  friend class RoomLog;
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  RoomLog& log_;
  Driver* driver_ = nullptr;
  // Under the log's lock.
  std::uint64_t id_ = 0;
  RoomLog::Position cursor_{};   // the last line that it has passed
  std::uint64_t until_ = never;  // how many bytes had been said when it left
  bool has_cursor_ = false;
  bool is_member_ = false;
  // Any thread.
  std::atomic<bool> full_{false};
  std::atomic<bool> behind_{false};
  std::atomic<bool> lost_{false};
  std::atomic<std::uint64_t> taken_at_{0};
};

}  // namespace sock
