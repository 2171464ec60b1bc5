#include "protocols/telnet.hpp"

namespace sock {
namespace {

constexpr char se = '\xf0';
constexpr char first_command = '\xec';  // EOF: RFC 885 and 1184 add commands before SE of RFC 854
constexpr char sb = '\xfa';
constexpr char will_option = '\xfb';
constexpr char wont_option = '\xfc';
constexpr char do_option = '\xfd';
constexpr char dont_option = '\xfe';
constexpr char iac = '\xff';

bool is_command(char byte) {
  return static_cast<unsigned char>(byte) >= static_cast<unsigned char>(first_command);
}

}  // namespace

Step TelnetSession::on_bytes(std::string_view in, std::string& out) {
  if (is_plain(in)) {
    const Step step = MessageSession::on_bytes(in, out);
    if (step.consumed > 0) state_ = in[step.consumed - 1] == '\r' ? State::cr : State::text;
    return step;
  }
  const State before = state_;
  Found found;
  const std::size_t taken = take(in, in.npos, found);
  Step step = MessageSession::on_bytes(found.text, out);
  if (step.consumed == found.text.size()) {
    step.consumed = taken;
  } else {  // commands in the text that is left for later are left, too
    found = {};
    state_ = before;
    step.consumed = take(in, step.consumed, found);
  }
  out += found.answers;
  return step;
}

// Whether `in` has no telnet commands.
bool TelnetSession::is_plain(std::string_view in) const {
  return state_ <= State::cr && in.find(iac) == in.npos && in.find('\0') == in.npos;
}

// Takes bytes from the front of `in` until they made `most` bytes of text. Takes no text after a
// request that is answered, so that the answers keep their order. Returns the number of taken
// bytes.
std::size_t TelnetSession::take(std::string_view in, std::size_t most, Found& found) {
  std::size_t taken = 0;
  while (taken < in.size() && found.text.size() < most) {
    const bool begins_text = state_ <= State::cr && in[taken] != iac;
    if (begins_text && !found.answers.empty()) break;
    if (take(in[taken], found)) ++taken;
  }
  return taken;
}

// Makes at most one byte of text. Returns false if the byte is not taken yet.
bool TelnetSession::take(char byte, Found& found) {
  switch (state_) {
    case State::text:
    case State::cr:
      take_text(byte, found);
      return true;
    case State::command:
      return take_command(byte, found);
    case State::offer:
      found.answers += {iac, dont_option, byte};
      break;
    case State::request:
      found.answers += {iac, wont_option, byte};
      break;
    case State::refusal:
      break;
    case State::subnegotiation:
      if (byte == iac) state_ = State::sub_command;
      return true;
    case State::sub_command:
      if (byte == iac) {
        state_ = State::subnegotiation;
        return true;
      }
      if (byte == se) break;
      state_ = State::command;  // the end seems to be missing
      return false;
  }
  state_ = State::text;
  return true;
}

void TelnetSession::take_text(char byte, Found& found) {
  if (byte == iac) {
    state_ = State::command;
    return;
  }
  found.text += state_ == State::cr && byte == '\0' ? '\n' : byte;
  state_ = byte == '\r' ? State::cr : State::text;
}

bool TelnetSession::take_command(char byte, Found& found) {
  state_ = State::text;
  if (byte == sb) state_ = State::subnegotiation;
  if (byte == will_option) state_ = State::offer;
  if (byte == do_option) state_ = State::request;
  if (byte == wont_option || byte == dont_option) state_ = State::refusal;
  if (byte == iac || !is_command(byte)) found.text += iac;
  return is_command(byte);
}

}  // namespace sock
