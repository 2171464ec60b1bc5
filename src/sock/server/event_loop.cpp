#include "server/event_loop.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "net/system_error.hpp"

namespace sock {

void ServedQueue::push(std::shared_ptr<Served> one) noexcept {
  Served* const last = one.get();
  (last_ == nullptr ? first_ : last_->next_) = std::move(one);
  last_ = last;
}

void ServedQueue::append(ServedQueue& other) noexcept {
  if (other.is_empty()) return;
  (last_ == nullptr ? first_ : last_->next_) = std::move(other.first_);
  last_ = std::exchange(other.last_, nullptr);
}

std::shared_ptr<Served> ServedQueue::pop() noexcept {
  std::shared_ptr<Served> one = std::move(first_);
  if (one == nullptr) return one;
  first_ = std::move(one->next_);
  if (first_ == nullptr) last_ = nullptr;
  one->is_queued_.store(false);
  return one;
}

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_ || !watch(wake_, wake_fd_.fd(), EPOLLIN)) {
    throw std::system_error(last_error(), "cannot make an event loop");
  }
}

EventLoop::~EventLoop() {
  while (queue_.pop() != nullptr || from_others_.pop() != nullptr) continue;
}

// Marks this thread as the one that runs the loop. Afterwards another thread may run it, and this
// one must use it as all others do.
class EventLoop::OnThisThread {
 public:
  explicit OnThisThread(EventLoop& loop) : thread_(loop.thread_) {
    thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  }
  OnThisThread(const OnThisThread&) = delete;
  OnThisThread& operator=(const OnThisThread&) = delete;
  ~OnThisThread() { thread_.store({}, std::memory_order_relaxed); }

 private:
  std::atomic<std::thread::id>& thread_;
};

void EventLoop::run() {
  const OnThisThread here(*this);
  while (!is_stopped_) turn(most_turns);
}

bool EventLoop::run_one() {
  if (is_stopped_) return false;
  const OnThisThread here(*this);
  turn(1);
  return true;
}

void EventLoop::stop() noexcept {
  is_stopped_ = true;
  wake_fd_.notify();
}

// A chat line for a thousand members is noted for all of them first; then each member, in its turn,
// gets all its waiting lines in one send.
void EventLoop::turn(int most) {
  const int timeout = queue_.is_empty() ? poll_timeout(deadlines_.first()) : 0;
  const int ready = ::epoll_wait(epoll_.get(), events_.data(), most, timeout);
  to_tell_ = std::span(events_).first(static_cast<std::size_t>(std::max(ready, 0)));
  while (!to_tell_.empty()) {
    auto* const one = static_cast<Watcher*>(to_tell_.front().data.ptr);
    to_tell_ = to_tell_.subspan(1);
    if (one != nullptr) one->ready();
  }
  if (deadlines_.first() != no_deadline) {
    const auto now = Clock::now();
    while (Timed* const one = deadlines_.take(now)) one->due();
  }
  for (int i = 0; i < most; ++i) {
    auto one = queue_.pop();
    if (one == nullptr) return;
    if (one->proceed() && ServedQueue::claim(*one)) queue_.push(std::move(one));
  }
}

bool EventLoop::watch(Watcher& one, int fd, std::uint32_t events) noexcept {
  if (events == one.watched_) return true;
  int operation = EPOLL_CTL_MOD;
  if (one.watched_ == 0) operation = EPOLL_CTL_ADD;
  if (events == 0) operation = EPOLL_CTL_DEL;
  epoll_event wanted{};
  wanted.events = events;
  wanted.data.ptr = &one;
  if (::epoll_ctl(epoll_.get(), operation, fd, &wanted) != 0) return false;
  one.watched_ = events;
  if (events != 0) return true;
  // `one` may be destroyed now: drop the events that this turn still has for it.
  for (auto& event : to_tell_) {
    if (event.data.ptr == &one) event.data.ptr = nullptr;
  }
  return true;
}

void EventLoop::soon(const std::shared_ptr<Served>& one) noexcept {
  if (!ServedQueue::claim(*one)) return;
  if (is_own_thread()) return queue_.push(one);
  {
    const std::lock_guard lock(mutex_);
    const bool was_empty = from_others_.is_empty();
    from_others_.push(one);
    if (!was_empty) return;
  }
  wake_fd_.notify();
}

void EventLoop::take_from_others() noexcept {
  wake_fd_.clear();
  const std::lock_guard lock(mutex_);
  queue_.append(from_others_);
}

}  // namespace sock
