#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/messages.hpp"
#include "sock/observer.hpp"
#include "sock/service.hpp"

namespace simulation {

/// Prints the seed, the condition that does not hold and how to repeat it, and ends the program.
[[noreturn]] void fail(const std::string& what);
inline void require(bool holds, const char* what) {
  if (!holds) fail(what);
}
/// Prints a line about what happens, if `is_telling`.
void tell(const std::string& what);
extern bool is_telling;

/// What is known of one client, from outside: what it sent, its session said, and it received.
struct Account {
  Account(std::uint64_t number, bool is_in_chat) : id(number), messages(is_in_chat) {}

  const std::uint64_t id;
  std::string header;  // of a proxy, written first; may be empty
  bool is_behind_proxy = false;
  std::string input;         // what its program has written after the header
  std::size_t consumed = 0;  // bytes of `input` taken by the session
  Messages messages;         // that the session has found in `input`
  std::string expected;      // text for it from its session and others, in order
  std::string last_words;    // text after `expected`
  std::size_t sent = 0;      // bytes of both given to the socket
  std::size_t received = 0;  // bytes read by its program
  std::size_t owed = 0;      // bytes of `input` that the system had at the stop
  int calls = 0;             // with input, in this turn of a loop
  int openings = 0;
  int ends = 0;      // of the session
  int closings = 0;  // reported to the observer
  int connections = 0, keepings_out = 0;
  std::optional<sock::End> why;
  bool is_healthy = false;  // its program reads at once or soon
  bool is_quick = false;    // its program reads at once
  bool is_harmed = false;   // lost, cut, or without memory: its last bytes may be missing
  bool was_behind = false;
  std::size_t failures = 0;  // of memory, before the current call
  bool was_lingered_for = false;
  bool had_unread = false;            // when it ended
  bool is_silent = false;             // for as long as a session may ask for
  bool has_ended = false;             // its stream has ended
  bool was_full = false;              // its socket was full
  std::uint64_t said_when_moved = 0;  // bytes said by all when its socket last took some

  // In a chat.
  std::string name;
  bool is_member = false;
  std::size_t next = 0;  // index of the next event for it
  std::size_t until = 0;
};

/// Knows everything said in a room, from a witness that hears every line, and checks what each
/// client is given: the lines of all others in one order, none of its own; with its answers, every
/// byte once. A Spy reports each call of a session to it.
class Judge final : public sock::Observer {
 public:
  Judge(sock::Service& service, bool has_room, std::size_t history);
  ~Judge() override;

  Account& open_account();
  Account& account(std::uint64_t id) { return *accounts_.at(id - 1); }
  std::deque<std::unique_ptr<Account>>& accounts() { return accounts_; }
  std::uint64_t said() const { return said_; }

  // Called by the spy: before and after a call of the session of `account`.
  void before(Account& account, Messages::Call call);
  void opened(Account& account, std::string_view greeting);
  void said_by(Account& account, std::string_view text) { account.expected += text; }
  void done() { listen(); }
  /// Another thread says something during the call.
  void interrupt();
  void ended(Account& account, sock::End why);
  void failed(Account& account);
  void heard(Account& account, std::string_view lines);

  /// The driver gives `output` to the socket, which takes `bytes` of it.
  void sent(Account& account, std::string_view output, std::size_t bytes);
  /// Everything that the client is to receive has been sent.
  bool has_all(const Account& account) const {
    return account.sent == account.expected.size() + account.last_words.size();
  }
  /// Bytes of others' lines that the client has not been given yet.
  std::size_t lag(const Account& account) const;
  /// Its conversation has ended, and the socket has all of its output.
  void over(Account& account);

  // Called by the library.
  void received(const sock::Client& client, const sock::Message& message) noexcept override;
  void answered(const sock::Client& client, std::string_view text) noexcept override;
  void connected(const sock::Client& client) noexcept override;
  void kept_out(const sock::Client& client, const sock::KeptOut& how) noexcept override;
  void closed(const sock::Client& client, const sock::Closing& closing) noexcept override;

 private:
  struct Event {
    std::string text;
    std::uint64_t author = 0;
    std::uint64_t to = 0;    // 0: all clients
    bool is_certain = true;  // false: memory ran out while it was said
  };

  void listen();
  void note(std::string text);
  bool is_for(const Account& account, const Event& event) const;
  void add_private(bool is_certain);

  sock::Observer nobody_;
  const sock::Client witness_client_{0, {}};
  const sock::Client voice_client_{0, {}};
  Account voice_account_{static_cast<std::uint64_t>(-1), true};
  std::unique_ptr<sock::Session> witness_;  // listens
  std::unique_ptr<sock::Session> voice_;    // speaks
  const std::size_t history_;
  std::deque<std::unique_ptr<Account>> accounts_;
  std::vector<Event> events_;
  std::uint64_t said_ = 0;  // in bytes
  Account* speaker_ = nullptr;
  Messages::Call call_{};
  std::string message_;  // of the speaker, being answered
  bool is_answered_ = true;
};

}  // namespace simulation
