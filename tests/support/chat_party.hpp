#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "sock/escape.hpp"
#include "sock/service.hpp"
#include "support/chatter.hpp"

/// Members of one chat who may type anything, and a check of every line that any member reads.
///
/// Only one member acts at a time, so every line that the others read must begin with that member's
/// name, or be one of the room's few notices about it. A silent witness is always present.
class ChatParty {
 public:
  ChatParty(std::size_t size, const sock::MessageOptions& options)
      : service_(sock::find_service("chat")->make(options)), history_bound_(options.history) {
    enter(witness_);
    guests_.resize(size);
    for (auto& guest : guests_) enter(guest);
  }

  /// Member `i` types `bytes`, which come as one read. A closed member joins again first.
  void types(std::size_t i, std::string_view bytes) {
    Guest& guest = guests_.at(i);
    const std::string answer = guest.chatter->types(bytes);
    judge_answer(guest, answer);
    judge_others(guest, {});
    guest.name = guest.next_name;
    if (guest.chatter->closed) ends(i, sock::End::by_server);
  }

  /// Member `i` ends its connection, and joins again as a new member.
  void ends(std::size_t i, sock::End why) {
    Guest& guest = guests_.at(i);
    judge_answer(guest, guest.chatter->ends(why));
    judge_others(guest, {});
    guest.chatter.reset();
    for (auto* other : others(guest)) expect(other->chatter->hears().empty(), "heard a ghost", "");
    enter(guest);
  }

  /// The first error, or empty.
  const std::string& complaint() const { return complaint_; }

 private:
  struct Guest {
    std::unique_ptr<Chatter> chatter;
    std::string name;
    std::string next_name;  // after this step
  };

  void expect(bool condition, std::string_view what, std::string_view line) {
    if (!condition && complaint_.empty()) complaint_ = std::string(what) + ": " + std::string(line);
  }

  std::vector<Guest*> others(const Guest& guest) {
    std::vector<Guest*> result;
    if (&guest != &witness_) result.push_back(&witness_);
    for (auto& one : guests_) {
      if (&one != &guest && one.chatter) result.push_back(&one);
    }
    return result;
  }

  // Splits text that must consist of whole, harmless lines.
  std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      expect(end != text.npos, "a line without its end", text);
      lines.emplace_back(text.substr(0, end));
      expect(sock::escaped(lines.back()) == lines.back(), "a harmful character", lines.back());
      text.remove_prefix(std::min(end == text.npos ? end : end + 1, text.size()));
    }
    return lines;
  }

  void enter(Guest& guest) {
    guest.chatter = std::make_unique<Chatter>(*service_);
    guest.name = guest.next_name = "guest" + std::to_string(++joined_);
    const auto lines = lines_of(guest.chatter->greeting);
    const std::size_t history = history_.empty() ? 0 : 1 + history_.size();
    expect(lines.size() == history + 2, "a greeting of other lines", guest.chatter->greeting);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool server = history == 0 || i == 0 || i >= history;
      expect(server ? lines[i].starts_with("* ") : lines[i] == history_.at(i - 1),
             "a forged greeting", lines[i]);
    }
    judge_others(guest, "* " + guest.name + " joined (" + std::to_string(others(guest).size() + 1) +
                            " here)");
  }

  // Removes the refusals of telnet options from an answer.
  static std::string without_refusals(const std::string& answer) {
    static const std::regex refusal("\xff[\xfc\xfe][\\s\\S]");
    return std::regex_replace(answer, refusal, "");
  }

  void judge_answer(Guest& guest, const std::string& answer) {
    constexpr std::string_view renamed = "* you are now ";
    for (const auto& line : lines_of(without_refusals(answer))) {
      expect(line.starts_with("* "), "an answer that is not the server's", line);
      if (line.starts_with(renamed)) guest.next_name = line.substr(renamed.size());
    }
    expect(guest.chatter->hears().empty(), "heard itself", answer);
  }

  // The lines that others read must come from the member; with `only`, exactly that line.
  void judge_others(Guest& guest, const std::string& only) {
    std::vector<std::string> public_lines;
    for (auto* other : others(guest)) {
      std::string name = guest.name;
      std::vector<std::string> heard;
      for (const auto& line : lines_of(other->chatter->hears())) {
        if (!line.starts_with(name + " -> you: ")) heard.push_back(line);
        expect(only.empty() ? is_of(name, line) : line == only, "a forged line", line);
      }
      expect(name == guest.next_name || !guest.chatter || left(heard, name), "a lost rename", name);
      if (other == &witness_) public_lines = heard;
      expect(heard == public_lines, "another order than the witness's", other->name);
    }
    for (const auto& line : public_lines) {
      if (!line.starts_with("* ")) history_.push_back(line);
      if (history_.size() > history_bound_) history_.pop_front();
    }
  }

  static bool left(const std::vector<std::string>& heard, const std::string& name) {
    return !heard.empty() && heard.back().starts_with("* " + name + " left");
  }

  // Written independently of the library's rule.
  static bool may_be_chosen(const std::string& name) {
    static const std::regex form("[a-z0-9][a-z0-9._-]{0,15}", std::regex::icase);
    static const std::regex reserved("server|you|all|guest[0-9]+", std::regex::icase);
    return std::regex_match(name, form) && !std::regex_match(name, reserved);
  }

  // Whether the member `name` can have caused the line; updates `name` if it was changed.
  static bool is_of(std::string& name, std::string_view line) {
    const std::string renamed = "* " + name + " is now ";
    if (line.starts_with(renamed)) {
      name = line.substr(renamed.size());
      return may_be_chosen(name);
    }
    const std::string left = "* " + name + " left";
    return line.starts_with(name + ": ") || line.starts_with(name + " -> you: ") || line == left ||
           line == left + " (connection lost)" || line == left + " (too slow)" ||
           line == left + " (idle)";
  }

  std::unique_ptr<sock::Service> service_;
  std::size_t history_bound_;
  std::size_t joined_ = 0;
  std::deque<std::string> history_;
  std::string complaint_;
  Guest witness_;
  std::vector<Guest> guests_;
};
