#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/message_session.hpp"

namespace sock {

/// A session of messages in whose text the byte 0xFF means nothing: takes out what a telnet client
/// sends besides text (RFC 854), and refuses every option that it wants.
///
/// DO is answered WONT and WILL is answered DONT. The refusals of the peer are not answered, so two
/// that refuse do not talk for ever (RFC 1143). CR NUL becomes CR LF. IAC IAC is one byte 0xFF of
/// text, and so is an IAC before a byte that is no command. A sequence that is not complete at the
/// end of the stream is dropped.
class TelnetSession final : public MessageSession {
 public:
  using MessageSession::MessageSession;

  Step on_bytes(std::string_view in, std::string& out) override;

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

  State state_ = State::text;
};

}  // namespace sock
