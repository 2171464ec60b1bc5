#pragma once

#include <limits>

/// Faults of the system, injected below the library: one call, or every other call, of one kind
/// fails, does less than it was asked to, or says what is not so.
///
/// Calls of all threads are counted and can fail, except those of threads that hold an Unharmed.
namespace faults {

enum class Call {
  receive,
  send,
  accept,
  wait,
  eventfd,
  epoll_ctl,
  thread,
  memory,  ///< operator new: throws std::bad_alloc, so many times in a row as the effect says
};

/// What a call does instead of its work: fails with an errno (above 0), or one of these.
inline constexpr int one_byte = -1;     ///< receives or sends one byte
inline constexpr int false_ready = -2;  ///< says that everything waited for is ready
inline constexpr int every_other = 0;   ///< for `number`
inline constexpr int never = std::numeric_limits<int>::max();  ///< for `number`: calls are counted

struct Fault {
  Call call = Call::receive;
  int effect = 0;
  int number = 1;  ///< which call from now on: 1 is the next; every_other: the 1st, 3rd, ...
};

/// From now on this fault and no other.
void inject(const Fault& fault);
/// From now on none. How often the last one has happened.
int stop();
/// How many calls of its kind there have been, whether it happened to them or not.
int calls_of_its_kind();

/// While it lives, this thread's calls are left alone.
class Unharmed {
 public:
  Unharmed();
  ~Unharmed();
  Unharmed(const Unharmed&) = delete;
  Unharmed& operator=(const Unharmed&) = delete;
};

}  // namespace faults
