#include "sock/mailbox.hpp"

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using sock::Mailbox;

namespace {

Mailbox::Line line(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

std::string take_all(Mailbox& mailbox) {
  std::vector<Mailbox::Line> lines;
  std::string text;
  if (mailbox.take(lines)) {
    for (const auto& one : lines) text += *one;
  }
  return text;
}

}  // namespace

TEST_CASE("lines leave a mailbox once, in the order in which they came") {
  Mailbox mailbox(100);
  CHECK(take_all(mailbox).empty());
  mailbox.push(line("a\n"));
  mailbox.push(line("b\n"));
  CHECK(take_all(mailbox) == "a\nb\n");
  mailbox.push(line("c\n"));
  CHECK(take_all(mailbox) == "c\n");
  CHECK(take_all(mailbox).empty());
}

TEST_CASE("what a driver takes into is emptied first") {
  Mailbox mailbox(100);
  std::vector<Mailbox::Line> lines{line("old\n")};
  CHECK_FALSE(mailbox.take(lines));
  CHECK(lines.empty());
}

TEST_CASE(
    "a mailbox wakes its driver when it stops being empty, and not again before it is taken") {
  Mailbox mailbox(100);
  int wakes = 0;
  mailbox.on_wake([&] { ++wakes; });
  mailbox.push(line("a\n"));
  mailbox.push(line("b\n"));
  CHECK(wakes == 1);
  take_all(mailbox);
  CHECK(wakes == 1);
  mailbox.push(line("c\n"));
  CHECK(wakes == 2);
}

TEST_CASE("a mailbox past its bound is overflowed for good and wakes its driver once for it") {
  Mailbox mailbox(4);
  int wakes = 0;
  mailbox.on_wake([&] { ++wakes; });
  mailbox.push(line("abcd"));
  CHECK_FALSE(mailbox.overflowed());
  mailbox.push(line("e"));
  CHECK(mailbox.overflowed());
  CHECK(wakes == 2);
  mailbox.push(line("f"));
  CHECK(wakes == 2);
  CHECK(take_all(mailbox).empty());
  mailbox.push(line("g"));
  CHECK(take_all(mailbox).empty());
  CHECK(mailbox.overflowed());
  CHECK(wakes == 2);
}

TEST_CASE("one line is within the bound, however long") {
  Mailbox mailbox(4);
  mailbox.push(line("abcde"));
  CHECK(take_all(mailbox) == "abcde");
  mailbox.push(line("abcde"));
  CHECK_FALSE(mailbox.overflowed());
  mailbox.push(line("f"));
  CHECK(mailbox.overflowed());
}

TEST_CASE("what was taken does not count against the bound") {
  Mailbox mailbox(4);
  for (int i = 0; i < 100; ++i) {
    mailbox.push(line("abc"));
    CHECK(take_all(mailbox) == "abc");
  }
  CHECK_FALSE(mailbox.overflowed());
}

TEST_CASE("a line is one string, and an overflowed mailbox holds none once its driver has looked") {
  const auto shared = line("abc");
  Mailbox first(4), second(3);
  first.push(shared);
  second.push(shared);
  CHECK(shared.use_count() == 3);
  second.push(shared);
  take_all(second);
  CHECK(shared.use_count() == 2);
}

TEST_CASE("an idle mailbox is small, also after a burst") {
  CHECK(sizeof(Mailbox) <= 160);
  Mailbox mailbox(1'000'000);
  std::vector<Mailbox::Line> lines;
  for (int i = 0; i < 1000; ++i) mailbox.push(line("abc"));
  CHECK(mailbox.take(lines));
  CHECK_FALSE(mailbox.take(lines));
  CHECK_FALSE(mailbox.take(lines));
  CHECK(lines.capacity() <= 16);
}

TEST_CASE("a mailbox that is taken into the same vector allocates nothing in the steady state") {
  Mailbox mailbox(100);
  std::vector<Mailbox::Line> lines;
  const auto one = line("a");
  const auto round = [&] {
    mailbox.push(one);
    mailbox.take(lines);
    return lines.data();
  };
  const auto* const first = round();
  const auto* const second = round();
  CHECK(round() == first);
  CHECK(round() == second);
}

TEST_CASE("lines pushed by many threads all arrive, those of each thread in order") {
  constexpr int pushers = 3, each = 2000;
  Mailbox mailbox(10'000'000);
  std::mutex mutex;
  std::condition_variable woken;
  bool wake = false;
  mailbox.on_wake([&] {
    const std::lock_guard lock(mutex);
    wake = true;
    woken.notify_one();
  });
  std::vector<std::jthread> threads;
  for (int who = 0; who < pushers; ++who) {
    threads.emplace_back([&mailbox, who] {
      for (int i = 0; i < each; ++i) mailbox.push(line(std::to_string(who * each + i)));
    });
  }
  std::array<int, pushers> next{};
  bool in_order = true;
  std::vector<Mailbox::Line> lines;
  for (int arrived = 0; arrived < pushers * each;) {
    std::unique_lock lock(mutex);
    woken.wait(lock, [&] { return wake; });
    wake = false;
    lock.unlock();
    mailbox.take(lines);
    for (const auto& one : lines) {
      const int number = std::stoi(*one);
      in_order = in_order && next.at(static_cast<std::size_t>(number / each))++ == number % each;
      ++arrived;
    }
  }
  CHECK(in_order);
}
