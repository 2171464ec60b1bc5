#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sock/session.hpp"

namespace sock {

/// A layer for a session in whose text the byte 0xFF means nothing: takes out what a telnet client
/// sends besides text (RFC 854), and refuses every option that it wants.
///
/// DO is answered WONT and WILL is answered DONT. The refusals of the peer are not answered, so two
/// that refuse do not talk for ever (RFC 1143). CR NUL becomes CR LF. IAC IAC is one byte 0xFF of
/// text, and so is an IAC before a byte that is no command. A sequence that is not complete at the
/// end of the stream is dropped. The inner session must not answer in place.
class TelnetSession final : public Session {
 public:
  explicit TelnetSession(std::unique_ptr<Session> inner) : inner_(std::move(inner)) {}

  Step on_open(std::string& out) override { return inner_->on_open(out); }
  Step on_bytes(std::string_view in, std::string& out) override;
  Step on_silence(std::string& out) override { return inner_->on_silence(out); }
  void on_end(End why, std::string& out) override { inner_->on_end(why, out); }
  Feed* feed() override { return inner_->feed(); }
  void encode(std::string& out, std::size_t begin) override { inner_->encode(out, begin); }
  std::size_t rate() const override { return inner_->rate(); }

 private:
  enum class State : std::uint8_t {
    text,
    cr,              // text, and the last byte was CR
    command,         // behind IAC
    offer,           // behind IAC WILL: the option follows
    request,         // behind IAC DO
    refusal,         // behind IAC WONT or IAC DONT
    subnegotiation,  // behind IAC SB, until IAC SE
    sub_command,     // behind IAC in a subnegotiation
  };

  // What was found in the input.
  struct Found {
    std::string text;
    std::string answers;
  };

  bool is_plain(std::string_view in) const;
  std::size_t take(std::string_view in, std::size_t most, Found& found);
  bool take(char byte, Found& found);
  bool take_command(char byte, Found& found);
  void take_text(char byte, Found& found);

  std::unique_ptr<Session> inner_;
  State state_ = State::text;
};

}  // namespace sock
