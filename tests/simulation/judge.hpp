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

/// Prints the seed, what does not hold and how to repeat it, and ends the program.
[[noreturn]] void fail(const std::string& what);
inline void require(bool holds, const char* what) {
  if (!holds) fail(what);
}
/// A line of the story, if it is to be told.
void tell(const std::string& what);
extern bool is_telling;

/// What is known of one client, from outside: what it sent, what its session said, what it got.
struct Account {
  Account(std::uint64_t number, bool is_in_chat) : id(number), messages(is_in_chat) {}

  const std::uint64_t id;
  std::string header;  // of a proxy, which its program writes first; or none
  bool is_behind_proxy = false;
  std::string input;         // what its program has written behind it
  std::size_t consumed = 0;  // of it, by the session
  Messages messages;         // that it has found in it
  std::string expected;      // what the session and others said to it, in order
  std::string last_words;    // behind that
  std::size_t sent = 0;      // of that, to the socket
  std::size_t received = 0;  // by its program
  std::size_t owed = 0;      // of input: what the system had at the stop
  int calls = 0;             // in the turn of a loop: with input
  int openings = 0;
  int ends = 0;      // of the session
  int closings = 0;  // told to the observer
  int connections = 0, keepings_out = 0;
  std::optional<sock::End> why;
  bool is_healthy = false;  // its program reads at once, or nearly
  bool is_quick = false;    // at once
  bool is_harmed = false;   // lost, cut, or short of memory: it may miss its last bytes
  bool was_behind = false;
  std::size_t failures = 0;  // of memory, before the call that goes on
  bool was_lingered_for = false;
  bool had_unread = false;            // when it came to its end
  bool is_silent = false;             // for the time that a session may ask for
  bool has_ended = false;             // its stream
  bool was_full = false;              // its socket did not take all
  std::uint64_t said_when_moved = 0;  // by all, when its socket took something last

  // In a chat.
  std::string name;
  bool is_member = false;
  std::size_t next = 0;  // of the events, which it is to hear
  std::size_t until = 0;
};

/// Knows all that was said in a room, from a witness that hears every line, and judges what each
/// client is given: the lines of all others, in one order, none of its own; and with its answers,
/// every byte once. It hears of each call of a session through a Spy.
class Judge final : public sock::Observer {
 public:
  Judge(sock::Service& service, bool has_room, std::size_t history);
  ~Judge() override;

  Account& open_account();
  Account& account(std::uint64_t id) { return *accounts_.at(id - 1); }
  std::deque<std::unique_ptr<Account>>& accounts() { return accounts_; }
  std::uint64_t said() const { return said_; }

  // By the spy: before and after a call of the session of `account`.
  void before(Account& account, Messages::Call call);
  void opened(Account& account, std::string_view greeting);
  void said_by(Account& account, std::string_view text) { account.expected += text; }
  void done() { listen(); }
  /// Another thread says something in the middle of the call.
  void interrupt();
  void ended(Account& account, sock::End why);
  void failed(Account& account);
  void heard(Account& account, std::string_view lines);

  /// The driver is about to give these bytes to the socket, which takes so many.
  void sent(Account& account, std::string_view output, std::size_t bytes);
  /// All that it is to receive has been sent.
  bool has_all(const Account& account) const {
    return account.sent == account.expected.size() + account.last_words.size();
  }
  /// How many bytes of others' lines it has not been given.
  std::size_t lag(const Account& account) const;
  /// Its conversation has ended, and the socket has all that was to be sent.
  void over(Account& account);

  // Of the library.
  void received(const sock::Client& client, const sock::Message& message) noexcept override;
  void answered(const sock::Client& client, std::string_view text) noexcept override;
  void connected(const sock::Client& client) noexcept override;
  void kept_out(const sock::Client& client, const sock::KeptOut& how) noexcept override;
  void closed(const sock::Client& client, const sock::Closing& closing) noexcept override;

 private:
  struct Event {
    std::string text;
    std::uint64_t author = 0;
    std::uint64_t to = 0;    // 0: all
    bool is_certain = true;  // false: memory lacked while it was said
  };

  void listen();
  void note(std::string text);
  bool is_for(const Account& account, const Event& event) const;
  void add_private(bool is_certain);

  sock::Observer nobody_;
  const sock::Client witness_client_{0, {}};
  const sock::Client voice_client_{0, {}};
  Account voice_account_{static_cast<std::uint64_t>(-1), true};
  std::unique_ptr<sock::Session> witness_;  // hears
  std::unique_ptr<sock::Session> voice_;    // speaks
  const std::size_t history_;
  std::deque<std::unique_ptr<Account>> accounts_;
  std::vector<Event> events_;
  std::uint64_t said_ = 0;  // in bytes
  Account* speaker_ = nullptr;
  Messages::Call call_{};
  std::string message_;  // of the speaker, the one that is being answered
  bool is_answered_ = true;
};

}  // namespace simulation
