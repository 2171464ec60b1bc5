#include "encryption.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "output.hpp"

namespace sockclient {
namespace {

using sock::TlsEngine;
using sock::TlsTrouble;

std::string name_of(const Options& options) {
  if (!options.layers.server_name.empty()) return options.layers.server_name;
  if (options.server.is_local()) return {};
  std::string host = options.server.host;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.ends_with('.')) host.pop_back();  // SNI has no final dot (RFC 6066, 3)
  if (host.find(':') == host.npos) return host;
  return host.substr(0, host.find('%'));  // the zone has a meaning only on this host
}

std::string hint_for(TlsTrouble trouble) {
  switch (trouble) {
    case TlsTrouble::not_tls:
      return std::string(plain_text_hint);
    case TlsTrouble::no_trust:
      return "(--ca FILE with whoever has signed it, or --pin with what sockserver prints)";
    case TlsTrouble::wrong_name:
      return "(--server-name NAME, if that is what the server is called)";
    case TlsTrouble::wrong_pin:
      return "(sockserver makes a certificate of its own anew at each start: take the pin that it "
             "prints)";
    case TlsTrouble::no_certificate:
      return "(--cert FILE and --key FILE)";
    case TlsTrouble::other:
      break;
  }
  return {};
}

}  // namespace

Encryption::Encryption(const Options& options)
    : options_(options), engine_(options.layers.context, name_of(options)) {}

bool Encryption::shake_hands(std::string_view records, std::string& out) {
  if (records.empty()) engine_.start(out);
  while (!records.empty() && engine_.state() == TlsEngine::State::handshaking) {
    records.remove_prefix(engine_.receive(records, {}, out).taken);
  }
  return engine_.state() != TlsEngine::State::handshaking;
}

std::string Encryption::summary() const {
  if (engine_.state() == TlsEngine::State::failed) fail();
  const auto agreed = engine_.summary();
  std::string text = fmt::format("{}, {}", agreed.version, agreed.cipher);
  const auto details = engine_.details();
  if (details.is_resumed) text += ", resumed";
  if (!details.protocol.empty()) text += ", protocol " + details.protocol;
  text += fmt::format("; certificate {}", agreed.peer_certificate);
  if (!details.peer_names.empty()) text += fmt::format(" for {}", details.peer_names);
  return text + fmt::format(", until {}, {}", details.peer_expiry, details.peer_pin);
}

std::string_view Encryption::seal(std::string_view text) {
  if (gone_ == sealed_.size()) {
    sealed_.clear();
    gone_ = 0;
  }
  if (covered_ == 0 && !text.empty()) {
    covered_ = std::min(text.size(), TlsEngine::record_size);
    engine_.send(text.substr(0, covered_), sealed_);
  }
  return std::string_view(sealed_).substr(gone_);
}

std::size_t Encryption::sent(std::size_t bytes) {
  gone_ += bytes;
  return gone_ == sealed_.size() ? std::exchange(covered_, 0) : 0;
}

std::string_view Encryption::open(std::string_view came) {
  std::array<char, TlsEngine::record_size> record;  // NOLINT(*-member-init): written first
  opened_.clear();
  while (!came.empty()) {
    const auto got = engine_.receive(came, record, sealed_);
    came.remove_prefix(got.taken);
    opened_.append(record.data(), got.bytes);
    if (engine_.state() == TlsEngine::State::failed) break;  // check() reports it after the text
  }
  constexpr std::size_t most = 256 * 1024;
  if (sealed_.size() - gone_ > most) {
    throw Failure(fmt::format("{} asks for more answers than it reads", to_string(options_.server)),
                  Reason::tls);
  }
  return opened_;
}

void Encryption::check() const {
  if (engine_.state() == TlsEngine::State::failed) fail();
}

void Encryption::fail() const {
  throw Failure(
      fmt::format("TLS with {} failed: {}", to_string(options_.server), engine_.failure()),
      Reason::tls, 1, hint_for(engine_.trouble()));
}

}  // namespace sockclient
