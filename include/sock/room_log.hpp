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

/// The lines said in one room, for all its hearers. Each line is stored once.
///
/// Adding a line copies nothing, however many hearers there are. Each hearer has a cursor in the
/// log, its Feed. A line is dropped when every feed has passed it and it is no longer part of the
/// history.
///
/// `bound` is in bytes. A hearer may be further behind than that while its socket takes bytes now
/// and then. If its socket has taken nothing while more than `bound` was said, or if it is more
/// than 16 times `bound` behind, it counts as behind, and its driver ends it unless the peer
/// is known to read on. Thread-safe: one short lock.
class RoomLog {
 public:
  /// A line whose memory is already allocated, so that adding it cannot fail.
  class Line {
   public:
    /// Throws std::bad_alloc.
    explicit Line(std::string text = {});
    /// Reserves memory for an assign() of `bytes` bytes; also after the line was added, when it has
    /// none. Throws std::bad_alloc, and then changes nothing.
    void reserve(std::size_t bytes);
    /// Replaces the text. Does not throw if the new text fits into the reserved bytes.
    void assign(std::initializer_list<std::string_view> parts);

   private:
    friend class RoomLog;
    struct Entry {
      std::string text{};
      std::uint64_t feed = 0;     // the author's; of a private line, the hearer's
      std::uint64_t begin = 0;    // how many bytes were said before it
      std::uint32_t cursors = 0;  // how many feeds have their cursor here
      bool is_private = false;    // for one hearer only
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

  /// For all hearers except `author`, whose feed skips it.
  void add(Line line, const Feed& author, Kept kept = Kept::no) noexcept;
  /// For one hearer only.
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

  // Called with the lock held.
  void append(Line& line);
  std::list<Entry> drop();
  void find_feeds_behind();
  void release(Feed& feed);

  mutable std::mutex mutex_;  // locked before the mutex of any driver
  std::list<Entry> past_;     // history that every feed has passed
  std::list<Entry> entries_;  // the first entry with a cursor, and all after it; never empty
  std::vector<Feed*> feeds_;
  const std::size_t bound_;
  const std::size_t history_bound_;
  std::size_t history_lines_ = 0;  // in both lists
  std::size_t history_bytes_ = 0;
  std::atomic<std::uint64_t> begin_{0};  // `begin` of the first of entries_
  std::atomic<std::uint64_t> end_{0};    // how many bytes have been said
  std::uint64_t looked_at_ = 0;          // end_ at the last search for feeds that are behind
  std::uint64_t last_id_ = 0;
};

/// One hearer's cursor in a log: the waiting lines of others, in the order of the log.
///
/// The feed gets the lines that are added between join() and leave(). The driver takes them until
/// none are left, also after leave(). Call the member functions on the thread that has the
/// session's turn, unless stated otherwise.
class Feed {
 public:
  /// Sends the lines to the hearer.
  class Driver {
   public:
    /// There is a line for the hearer, or it is behind. Called from any thread, with the log
    /// locked: must wait only for short locks, and must not throw or call the log.
    virtual void told() noexcept = 0;

   protected:
    ~Driver() = default;
  };

  /// `log` must outlive it.
  explicit Feed(RoomLog& log) : log_(log) {}
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  ~Feed();

  /// For a session: the feed gets lines from now on. Throws std::bad_alloc; then it has not joined.
  void join();
  /// For a session: the feed gets no new lines from now on. A second call does nothing.
  void leave() noexcept;

  /// For the driver, before the session is opened. `driver` must outlive the membership.
  void attach(Driver* driver) { driver_ = driver; }
  /// For the driver, when it ends: told() is not called any more, and no call is still running.
  void detach() noexcept;

  /// Appends waiting lines to `out`, until it holds more than `enough_output`. Returns false if it
  /// appended none.
  bool take(std::string& out);

  /// The hearer's socket has taken all bytes.
  void note_taken() noexcept {
    full_.store(false, std::memory_order_relaxed);
    note_reading();
  }
  /// The socket takes no more now; `has_taken`: it took a part before. Returns whether it was full
  /// before.
  bool note_full(bool has_taken) noexcept {
    if (has_taken) note_reading();
    return full_.exchange(true, std::memory_order_relaxed);
  }
  /// The socket is full, but the peer is known to read.
  void note_reading() noexcept {
    taken_at_.store(log_.end_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    if (is_behind()) behind_.store(false, std::memory_order_relaxed);
  }

  /// Whether more than the log's bound was said since the socket last took bytes.
  bool is_behind() const noexcept { return behind_.load(std::memory_order_relaxed); }
  /// Whether lines were dropped before it took them.
  bool has_lost_lines() const noexcept { return lost_.load(std::memory_order_relaxed); }

  /// If other hearers (not yet too slow) are more than half of the bound behind, speakers should
  /// pause: returns a number, of no other meaning than that it changes when the socket of such a
  /// hearer takes bytes. Otherwise nullopt.
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
