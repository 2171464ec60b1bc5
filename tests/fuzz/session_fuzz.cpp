// Every protocol of the table, through its session, driven as the rules in session.hpp say.
//
// The input's first byte chooses the protocol, the second the framing, the third the limits; the
// rest is what a client sends, and chooses the cuts too. If the service has a room, another client
// is in it and hears what is said.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/cut.hpp"
#include "fuzz/require.hpp"
#include "sock/room_log.hpp"
#include "sock/service.hpp"

namespace {

using sock::End;

// What any protocol may answer to one message, beyond a few times the message.
constexpr std::size_t longest_answer = 512;

struct Conversation {
  std::string out;    // what the client reads
  std::string heard;  // what the other one in the room reads
};

void hear(sock::Session& other, std::string& heard) {
  while (other.feed() != nullptr && other.feed()->take(heard)) continue;
}

// `full` is how much the driver pretends is waiting to be written: it makes a session stop early.
Conversation converse(const sock::ServiceRow& row, const sock::MessageOptions& options,
                      const Reads& reads, std::size_t full) {
  const auto service = row.make(options);
  sock::Observer observer;
  const sock::Client client{1, {"127.0.0.1", 5000}};
  const auto other = service->open(client, observer);
  const auto session = service->open(client, observer);
  std::string ignored;
  other->on_open(ignored);

  Conversation result;
  sock::Step step = session->on_open(result.out);
  for (std::string_view in : reads) {
    while (!in.empty() && !step.close) {
      std::string out(full, 'x');  // the driver writes and clears between two steps
      const std::size_t offered = in.size();
      step = session->on_bytes(in, out);
      require(step.consumed <= offered, "it took more than it was offered");
      require(step.consumed > 0 || step.close, "it took nothing, and does not close");
      require(out.size() <= full + longest_answer + 6 * step.consumed +
                                longest_answer * std::min(step.consumed, sock::enough_output),
              "an answer out of proportion");
      require(out.compare(0, full, std::string(full, 'x')) == 0, "it changed what was there");
      result.out.append(out, full);
      if (step.in_place) result.out.append(in.substr(0, step.consumed));
      hear(*other, result.heard);
      in.remove_prefix(step.consumed);
    }
  }
  session->on_end(step.close ? End::by_server : End::peer_closed, result.out);
  hear(*other, result.heard);
  other->on_end(End::lost, ignored);
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const auto& row = sock::services()[data[0] % sock::services().size()];
  const auto framing = static_cast<sock::Framing>(data[1] % 3);
  const sock::MessageOptions options{.framing = framing,
                                     .max_message = data[2] % 16 * 10U,
                                     .max_messages = data[2] / 16U,
                                     .history = 3};
  const std::string_view stream(reinterpret_cast<const char*>(data) + 3, size - 3);
  const auto cuts = some_cuts(stream);
  const auto whole = converse(row, options, cuts.front(), 0);
  require(row.name != "echo" || whole.out == stream, "it did not echo every byte");
  for (const auto& reads : cuts) {
    const auto other = converse(row, options, reads, 0);
    const auto early = converse(row, options, reads, sock::enough_output);
    require(early.out == other.out, "another answer, though it only stopped early");
    require(early.heard == other.heard, "heard otherwise, though it only stopped early");
    if (row.has_messages && framing != sock::Framing::line) continue;
    require(other.out == whole.out, "another answer, though the bytes are only cut otherwise");
    require(other.heard == whole.heard, "heard otherwise, though the bytes are only cut otherwise");
  }
  return 0;
}
