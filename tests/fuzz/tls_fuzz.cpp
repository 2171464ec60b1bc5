// TLS fed with what is none: a layer's engine, before the handshake or behind it.
//
// The input's first byte chooses: to whom it is said, whether hands have been shaken, and whether
// the rest is put in place of a record, before it, or laid over it so that its bits flip.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/cut.hpp"
#include "fuzz/require.hpp"
#include "sock/escape.hpp"
#include "support/tls_pair.hpp"

namespace {

using State = TlsEnd::State;

constexpr std::string_view text = "what was said";

// What the other end is given in place of what was sent.
std::string changed(std::string sent, std::string_view input, bool flips) {
  if (!flips) return std::string(input) + sent;
  for (std::size_t i = 0; i < std::min(sent.size(), input.size()); ++i) {
    sent[i] = static_cast<char>(sent[i] ^ input[i]);
  }
  return sent;
}

void try_cut(unsigned how, std::string_view input) {
  TlsPair pair;
  const bool is_to_client = (how & 1) != 0, has_shaken = (how & 2) != 0, flips = (how & 4) != 0;
  TlsEnd& to = is_to_client ? pair.client : pair.server;
  TlsEnd& from = is_to_client ? pair.server : pair.client;
  if (has_shaken) {
    pair.shake_hands();
    require(pair.client.is_open() && pair.server.is_open(), "they do not agree");
    from.says(text);
  } else {
    pair.client.engine.start(pair.client.out);
    if (is_to_client) pair.server.takes(pair.client.take_output());
  }
  const std::string sent = from.take_output();
  const std::string bytes = changed(sent, input, flips);
  const bool is_as_sent = bytes.starts_with(sent);
  // Cut as the input says: an engine cannot be asked twice with the same secrets.
  const auto cuts = some_cuts(bytes);
  for (const auto piece : cuts.at((how >> 3) % cuts.size())) {
    if (to.engine.state() == State::failed || to.engine.state() == State::peer_ended) break;
    require(to.takes(piece) <= piece.size(), "it took more than there is");
  }
  const auto state = to.engine.state();
  require(to.plain.empty() || (has_shaken && to.plain == text), "it has read what nobody said");
  require((state == State::failed) == !to.engine.failure().empty(), "a failure without words");
  require(sock::escaped(to.engine.failure()) == to.engine.failure(), "words that are not safe");
  require(state != State::peer_ended, "an end that nobody has told of");
  if (!has_shaken && !is_to_client) require(!to.is_open(), "through by one flight");
  if (has_shaken && is_as_sent) require(to.plain == text, "what was said is not read");
  if (state == State::failed) from.takes(to.take_output());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  try_cut(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
