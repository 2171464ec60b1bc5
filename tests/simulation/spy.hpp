#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "simulation/judge.hpp"
#include "sock/session.hpp"
#include "support/scarce_memory.hpp"

namespace simulation {

/// Wraps a session and reports every call to the judge.
class Spy final : public sock::Session {
 public:
  /// `meanwhile` is called during calls.
  Spy(std::unique_ptr<sock::Session> inner, Judge& judge, Account& account,
      std::function<void()> meanwhile)
      : inner_(std::move(inner)),
        judge_(judge),
        account_(account),
        meanwhile_(std::move(meanwhile)) {}

  sock::Step on_open(std::string& out) override {
    return call(Messages::Call::bytes, out, [&] {
      const std::size_t before = out.size();
      const auto step = inner_->on_open(out);
      const memory::Pause pause;
      judge_.opened(account_, std::string_view(out).substr(before));
      return step;
    });
  }

  sock::Step on_bytes(std::string_view in, std::string& out) override {
    const auto input = std::string_view(account_.input).substr(account_.consumed);
    require(input.starts_with(in), "other bytes than the client sent");
    const auto step = call(Messages::Call::bytes, out, [&] { return inner_->on_bytes(in, out); });
    const memory::Pause pause;
    if (step.in_place) judge_.said_by(account_, in.substr(0, step.consumed));
    account_.consumed += step.consumed;
    ++account_.calls;
    if (!step.close) account_.messages.taken(account_);
    return step;
  }

  sock::Step on_silence(std::string& out) override {
    return call(Messages::Call::silence, out, [&] { return inner_->on_silence(out); });
  }

  void on_end(sock::End why, std::string& out) override {
    if (account_.is_healthy) {
      require(why != sock::End::too_slow, "one that reads is ended as too slow");
    }
    before(Messages::Call::end);
    try {
      inner_->on_end(why, out);
    } catch (...) {
      const memory::Pause pause;
      judge_.failed(account_);
      judge_.ended(account_, why);
      throw;
    }
    const memory::Pause pause;
    judge_.ended(account_, why);
    if (why == sock::End::lost || why == sock::End::too_slow) account_.is_harmed = true;
    account_.last_words = out;
    has_ended_ = true;
  }

  sock::Feed* feed() override { return inner_->feed(); }
  std::size_t rate() const override { return inner_->rate(); }

  void encode(std::string& out, std::size_t begin) override {
    const memory::Pause pause;
    auto lines = std::string_view(out).substr(begin);
    if (has_ended_) lines.remove_suffix(account_.last_words.size());
    if (!lines.empty()) judge_.heard(account_, lines);
  }

 private:
  template <typename F>
  sock::Step call(Messages::Call what, std::string& out, F f) {
    before(what);
    const std::size_t before = out.size();
    try {
      const auto step = f();
      const memory::Pause pause;
      judge_.said_by(account_, std::string_view(out).substr(before));
      judge_.done();
      return step;
    } catch (...) {
      const memory::Pause pause;
      judge_.failed(account_);
      throw;
    }
  }

  void before(Messages::Call what) {
    const memory::Pause pause;
    judge_.before(account_, what);
    meanwhile_();
  }

  std::unique_ptr<sock::Session> inner_;
  Judge& judge_;
  Account& account_;
  std::function<void()> meanwhile_;
  bool has_ended_ = false;
};

}  // namespace simulation
