#include "server/admission.hpp"

#include <unistd.h>

#include <array>
#include <exception>
#include <new>
#include <utility>

#include "layers/layers.hpp"
#include "net/socket_address.hpp"

namespace sock {
namespace {

using namespace std::chrono_literals;

// The server notices a closed connection a little late. A client that connects again at once is not
// refused for that, also if the threads have to wait for a processor.
constexpr auto longest_wait = 1s;
constexpr std::size_t most_waiting = 64;

std::string_view host_name() {
  constexpr std::size_t longest = 256;
  static const auto name = [] {
    std::array<char, longest> text{};
    if (::gethostname(text.data(), text.size() - 1) != 0) text[0] = '\0';
    return text;
  }();
  return name.data();
}

}  // namespace

Admission::Admission(const ServerOptions& options, const std::vector<Door>& doors,
                     std::atomic<std::uint64_t>& last_id, Observer& observer, Registry& registry,
                     EventLoop& loop, Serve serve, std::function<void()> on_empty)
    : options_(options),
      last_id_(last_id),
      observer_(observer),
      registry_(registry),
      loop_(loop),
      serve_(std::move(serve)),
      refused_(loop, std::move(on_empty)),
      acceptor_(loop, doors, {options.backlog, options.nagle}, *this) {
  Deadlines::reserve(*this);
}

bool Admission::admit(Descriptor& socket, const Newcomer& newcomer) {
  if (options_.once) acceptor_.close();
  auto place = find_place();
  if (place == Registry::Place::soon) {
    has_waiting_ = true;  // set first: a place that becomes free now is reported
    place = find_place();
  }
  if (place == Registry::Place::free) {
    let_in(socket, newcomer);
  } else if (place == Registry::Place::none || !wait(socket, newcomer)) {
    refuse(socket, newcomer, Refusal::full);
  }
  return options_.mode != Mode::blocking;
}

void Admission::let_in(Descriptor& socket, const Newcomer& newcomer) try {
  Client client{++last_id_, newcomer.peer};
  if (has_layers(*newcomer.door) || newcomer.door->service->asks_for_arrival()) {
    client.arrival = std::make_shared<const Arrival>(
        Arrival{.host = host_name(), .local = local_endpoint(socket.get())});
  }
  serve_(socket, std::move(client), newcomer);
} catch (const std::bad_alloc&) {
  refuse(socket, newcomer, Refusal::no_resources);
} catch (const OutOfResources&) {  // no more threads or descriptors
  refuse(socket, newcomer, Refusal::no_resources);
}

bool Admission::wait(Descriptor& socket, const Newcomer& newcomer) try {
  if (waiting_.size() >= most_waiting) return false;
  waiting_.push_back({std::move(socket), newcomer});
  if (waiting_.size() == 1) loop_.set_deadline(*this, Clock::now() + longest_wait);
  return true;
} catch (const std::bad_alloc&) {
  return false;
}

void Admission::look_again() {
  while (!waiting_.empty() && find_place() == Registry::Place::free) {
    let_in(waiting_.front().socket, waiting_.front().newcomer);
    waiting_.pop_front();
  }
  if (!waiting_.empty()) return;
  has_waiting_ = false;
  loop_.clear_deadline(*this);
}

void Admission::due() noexcept {
  for (auto& [socket, newcomer] : waiting_) refuse(socket, newcomer, Refusal::full);
  waiting_.clear();
}

void Admission::turn_away(Descriptor& socket, const Newcomer& newcomer) {
  const Door& door = *newcomer.door;
  refused_.add(socket, newcomer.peer, door,
               {.notice = door.service->notice("* the server is shutting down")});
}

void Admission::refuse(Descriptor& socket, const Newcomer& newcomer, Refusal why) {
  registry_.count_refused();
  const Door& door = *newcomer.door;
  std::string notice = this->notice(*door.service, why);
  if (!has_layers(door)) {
    observer_.refused(newcomer.peer, why);
    return refused_.add(socket, newcomer.peer, door, {.notice = std::move(notice)});
  }
  // The layers may change the client's address: the observer is told after them.
  refused_.add(socket, newcomer.peer, door, {std::move(notice), [this, why](const Endpoint& peer) {
                                               observer_.refused(peer, why);
                                             }});
}

std::string Admission::notice(const Service& service, Refusal why) const try {
  if (why == Refusal::no_resources) return service.notice("* server busy, try later");
  const auto most = options_.max_connections;
  return service.notice("* server full (" + std::to_string(most) +
                        (most == 1 ? " connection" : " connections") + "), try later");
} catch (const std::bad_alloc&) {
  return {};
}

void Admission::close() {
  acceptor_.close();
  loop_.clear_deadline(*this);
  for (auto& [socket, newcomer] : waiting_) turn_away(socket, newcomer);
  waiting_.clear();
}

}  // namespace sock
