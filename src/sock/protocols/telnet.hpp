#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/message_session.hpp"

namespace sock {

/// A session of messages whose text does not use the byte 0xFF: takes out what a telnet client
/// sends besides text (RFC 854), and refuses every option.
///
/// DO is answered with WONT, and WILL with DONT. Refusals of the peer are not answered, so that two
/// refusing ends do not loop for ever (RFC 1143). CR NUL becomes CR LF. IAC IAC is one byte 0xFF of
/// text, and so is an IAC before a byte that is not a command. A sequence that is not complete at
/// the end of the stream is dropped.
class TelnetSession final : public MessageSession {
 public:
  using MessageSession::MessageSession;

  Step on_bytes(std::string_view in, std::string& out) override;

 private:
  enum class State : std::uint8_t {
    text,
    cr,              // text, and the last byte was CR
    command,         // after IAC
    offer,           // after IAC WILL: the option follows
    request,         // after IAC DO
    refusal,         // after IAC WONT or IAC DONT
    subnegotiation,  // after IAC SB, until IAC SE
    sub_command,     // after IAC in a subnegotiation
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
