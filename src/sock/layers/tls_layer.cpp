#include "layers/tls_layer.hpp"

#include <array>
#include <utility>

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr auto time_for_handshake = 10s;

}  // namespace

TlsLayer::TlsLayer(std::shared_ptr<const TlsContext> context, Client& client, Observer& observer,
                   std::chrono::milliseconds limit, Inside inside)
    : Layer("TLS", limit > 0ms ? limit : time_for_handshake, client, observer, std::move(inside)),
      engine_(std::move(context)) {}

Step TlsLayer::on_open(std::string&) { return {.limit = time()}; }

Step TlsLayer::on_bytes(std::string_view in, std::string& out) {
  note_spoken();
  std::array<char, TlsEngine::record_size> record;  // NOLINT(*-member-init): written first
  std::size_t taken = std::exchange(holds_back_, false) ? 1 : 0;
  const std::string left = std::exchange(plain_, {});
  std::string_view plain = left;
  Step step;
  for (;;) {
    if (!plain.empty()) {
      std::string answer;
      step = say(inside()->on_bytes(plain, answer), plain, answer, out);
      plain.remove_prefix(step.consumed);
      step.consumed = in.size();
      if (step.close || step.peer_ended) return step;
      if (!plain.empty() || taken == in.size() || out.size() > enough_output) break;
    }
    const auto before = engine_.state();
    const auto got = engine_.receive(in.substr(taken), record, out);
    taken += got.taken;
    plain = {record.data(), got.bytes};
    const auto state = engine_.state();
    if (got.bytes == 0 && state == before) break;  // there is no more input
    if (state == TlsEngine::State::failed) {
      if (!is_through()) return keep_out(engine_.failure());
      observer().broken(client(), name(), engine_.failure());
      return {.close = true};  // earlier answers and OpenSSL's alert are still sent
    }
    if (!is_through()) step = let_in(out);
    if (step.close || step.peer_ended) return step;
    if (state == TlsEngine::State::peer_ended) return {.peer_ended = true};
  }
  return leave_for_later(step, plain, taken, in.size());
}

// Opens the inner session and says its first words.
Step TlsLayer::let_in(std::string& out) {
  learn([this](Arrival& arrival) { arrival.tls = engine_.summary(); });
  open_inside();
  std::string answer;
  return say(inside()->on_open(answer), {}, answer, out);
}

// Encrypts what the inner session has said.
Step TlsLayer::say(Step step, std::string_view plain, const std::string& answer, std::string& out) {
  silence_ = step.silence;
  if (!answer.empty()) engine_.send(answer, out);
  if (std::exchange(step.in_place, false)) engine_.send(plain.substr(0, step.consumed), out);
  return step;
}

Step TlsLayer::leave_for_later(Step step, std::string_view plain, std::size_t taken,
                               std::size_t offered) {
  plain_ = plain;
  holds_back_ = !plain.empty() && taken == offered;
  step.consumed = taken - (holds_back_ ? 1 : 0);
  step.silence = silence_;
  if (!is_through()) step.limit = time();
  return step;
}

Step TlsLayer::on_silence(std::string& out) {
  if (!is_through()) return Layer::on_silence(out);
  std::string answer;
  return say(inside()->on_silence(answer), {}, answer, out);
}

void TlsLayer::encode(std::string& out, std::size_t begin) {
  inside()->encode(out, begin);
  std::string cipher_text;
  if (engine_.state() != TlsEngine::State::failed) {  // else the peer cannot read it
    engine_.send(std::string_view(out).substr(begin), cipher_text);
  }
  out.replace(begin, out.npos, cipher_text);
}

void TlsLayer::say_end(std::string& out) {
  if (is_through()) engine_.end(out);
}

bool TlsLayer::is_unfinished() const {
  return is_through() && engine_.state() == TlsEngine::State::open;
}

std::string_view TlsLayer::too_late() const { return "no handshake within 10 s"; }

}  // namespace sock
