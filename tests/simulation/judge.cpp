#include "simulation/judge.hpp"

#include <algorithm>
#include <utility>

#include "sock/room_log.hpp"
#include "support/scarce_memory.hpp"

namespace simulation {
namespace {

constexpr auto nobody_left = static_cast<std::size_t>(-1);

bool is_private(std::string_view message) { return message.starts_with("/msg "); }

}  // namespace

Judge::Judge(sock::Service& service, bool has_room, std::size_t history) : history_(history) {
  if (!has_room) return;
  witness_ = service.open(witness_client_, nobody_);
  voice_ = service.open(voice_client_, nobody_);
  std::string greeting;
  witness_->on_open(greeting);
  greeting.clear();
  voice_->on_open(greeting);
  const std::string_view welcome = "* welcome, you are ";
  voice_account_.name = greeting.substr(welcome.size(), greeting.find('.') - welcome.size());
  speaker_ = &voice_account_;
  listen();
}

Judge::~Judge() {
  std::string last_words;
  for (auto* session : {voice_.get(), witness_.get()}) {
    if (session != nullptr) session->on_end(sock::End::stopped, last_words);
  }
}

Account& Judge::open_account() {
  accounts_.push_back(std::make_unique<Account>(accounts_.size() + 1, witness_ != nullptr));
  return *accounts_.back();
}

// Everything new that the witness hears was said by the client whose session is called.
void Judge::listen() {
  if (!witness_) return;
  const memory::Pause pause;
  std::string text;
  while (voice_ && voice_->feed()->take(text)) text.clear();
  while (witness_->feed()->take(text)) continue;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    require(end != text.npos, "a line without its end");
    note(text.substr(at, end + 1 - at));
    at = end + 1;
  }
}

void Judge::note(std::string text) {
  require(speaker_ != nullptr, "something was said while no session was called");
  tell("  said: " + text.substr(0, 40));
  Account& author = *speaker_;
  said_ += text.size();
  if (text.starts_with("* " + author.name + " is now ")) {
    author.name = text.substr(10 + author.name.size(), text.size() - author.name.size() - 11);
  } else if (author.is_member && text.starts_with("* " + author.name + " left")) {
    author.is_member = false;
    author.until = events_.size();
  } else {
    const bool is_notice = text.starts_with("* ");
    require(is_notice || text == author.name + ": " + message_ + "\n", "a line of another author");
  }
  events_.push_back({.text = std::move(text), .author = author.id});
}

void Judge::interrupt() {
  if (!voice_) return;
  listen();
  Account* const speaker = std::exchange(speaker_, &voice_account_);
  const std::string message = std::exchange(message_, "meanwhile");
  std::string answer;
  voice_->on_bytes(message_ + "\n", answer);
  require(answer.empty(), "one is answered who has asked nothing");
  listen();
  speaker_ = speaker;
  message_ = message;
}

void Judge::before(Account& account, Messages::Call call) {
  require(account.ends == 0, "a session is called after its end");
  speaker_ = &account;
  call_ = call;
  is_answered_ = true;
}

void Judge::opened(Account& account, std::string_view greeting) {
  require(++account.openings == 1, "opened twice");
  if (!witness_) return;
  const std::size_t before = events_.size();
  std::vector<std::string_view> earlier;
  for (auto event = events_.rbegin(); event != events_.rend() && earlier.size() < history_;
       ++event) {
    if (event->to == 0 && !event->text.starts_with("* ")) earlier.push_back(event->text);
  }
  std::string history;
  if (!earlier.empty()) {
    history = "* " + std::to_string(earlier.size()) + " earlier message" +
              (earlier.size() == 1 ? ":\n" : "s:\n");
  }
  for (auto line = earlier.rbegin(); line != earlier.rend(); ++line) history += *line;
  const std::string welcome = history + "* welcome, you are ";
  require(greeting.starts_with(welcome), "another history than what was said");
  greeting.remove_prefix(welcome.size());
  account.name = greeting.substr(0, greeting.find('.'));
  account.is_member = true;
  account.next = before + 1;  // a client does not hear that it joined
  account.until = nobody_left;
  listen();
  require(events_.size() == before + 1, "others are not told of a newcomer, once");
}

void Judge::ended(Account& account, sock::End why) {
  require(++account.ends == 1, "told of its end twice");
  listen();
  if (!std::exchange(account.is_member, false)) return;
  account.until = events_.size();
  require(why == sock::End::stopped, "the others are not told of one that leaves");
  const bool may_leave = account.has_ended || account.is_harmed || account.was_behind ||
                         memory::failures() != account.failures;
  if (may_leave) return;
  for (const auto& one : accounts_) {
    const bool can_answer = one->is_member && !one->is_harmed && !one->was_full;
    if (can_answer && one->consumed < one->owed) {
      fail("client " + std::to_string(account.id) + " leaves before " + std::to_string(one->id) +
           " has answered");
    }
  }
}

// The current call has thrown. The message that it handled may have been said.
void Judge::failed(Account& account) {
  account.is_harmed = true;
  listen();
  if (!is_answered_ && is_private(message_)) add_private(false);
}

void Judge::received(const sock::Client& client, const sock::Message& message) noexcept {
  const memory::Pause pause;
  Account& one = account(client.id);
  one.messages.found(one, message, call_);
  listen();
  message_ = message.text;
  is_answered_ = false;
}

void Judge::answered(const sock::Client&, std::string_view text) noexcept {
  const memory::Pause pause;
  listen();
  if (is_private(message_) && text.starts_with("* to ")) add_private(true);
  is_answered_ = true;
}

void Judge::add_private(bool is_certain) {
  const std::string_view rest = std::string_view(message_).substr(5);
  const auto name = rest.substr(0, rest.find(' '));
  const auto to = std::find_if(accounts_.begin(), accounts_.end(), [name](const auto& one) {
    return one->is_member && one->name == name;
  });
  if (to == accounts_.end() || to->get() == speaker_) return;
  std::string text =
      speaker_->name + " -> you: " + std::string(rest.substr(name.size() + 1)) + "\n";
  said_ += text.size();
  events_.push_back({std::move(text), speaker_->id, (*to)->id, is_certain});
}

bool Judge::is_for(const Account& account, const Event& event) const {
  return event.author != account.id && (event.to == 0 || event.to == account.id);
}

void Judge::heard(Account& account, std::string_view lines) {
  account.expected += lines;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n') + 1);
    require(!line.empty(), "a part of a line is heard");
    for (;; ++account.next) {
      if (account.next >= std::min(account.until, events_.size())) {
        fail("client " + std::to_string(account.id) +
             " hears what was not said to it: " + std::string(line));
      }
      const Event& event = events_[account.next];
      if (!is_for(account, event)) continue;
      if (event.text == line) break;
      if (event.is_certain) {
        fail("client " + std::to_string(account.id) + " hears " + std::string(line) +
             "in place of " + event.text);
      }
    }
    ++account.next;
    lines.remove_prefix(line.size());
  }
}

std::size_t Judge::lag(const Account& account) const {
  if (!witness_ || account.openings == 0) return 0;
  std::size_t bytes = 0;
  for (auto i = account.next; i < std::min(account.until, events_.size()); ++i) {
    const Event& event = events_[i];
    if (event.is_certain && is_for(account, event)) bytes += event.text.size();
  }
  return bytes;
}

void Judge::sent(Account& account, std::string_view output, std::size_t bytes) {
  // Lines that the end of the session found are followed only by its last words.
  if (account.ends > 0) account.expected += std::exchange(account.last_words, {});
  const auto expected = std::string_view(account.expected).substr(account.sent, output.size());
  if (output != expected) {
    fail("client " + std::to_string(account.id) + " is sent other bytes than were said to it:\n" +
         std::string(output.substr(0, 200)) + "\nin place of\n" +
         std::string(expected.substr(0, 200)));
  }
  account.sent += bytes;
  if (bytes > 0) account.said_when_moved = said_;
}

void Judge::over(Account& account) {
  require(account.ends == 1, "not told of its end");
  if (account.is_harmed || account.was_behind) return;
  require(has_all(account), "it ends before all was sent");
  require(lag(account) == 0, "it ends before it has heard all");
}

}  // namespace simulation
