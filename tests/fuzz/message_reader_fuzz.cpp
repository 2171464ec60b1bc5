// The message reader against a model in words of its own, with the bytes cut in three ways.
//
// The input's first byte chooses the framing, the second the limit on messages; the rest is the
// stream, and chooses the cuts too.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/cut.hpp"
#include "fuzz/require.hpp"
#include "sock/message_reader.hpp"

namespace {

using sock::Framing;
using sock::MessageReader;
using Result = MessageReader::Result;

struct Found {
  std::vector<std::string> messages;  // each with its terminator; "too long" for one that was
  std::string bytes;                  // all messages in one
  bool any_too_long = false;
};

bool note(Found& found, Result result, const MessageReader& reader) {
  if (result == Result::message) {
    const auto& message = reader.message();
    require(message.text.size() <= reader.limit(), "a message over the limit");
    found.messages.push_back(std::string(message.text).append(message.terminator));
    found.bytes += found.messages.back();
  } else if (result == Result::too_long) {
    found.messages.emplace_back("too long");
    found.any_too_long = true;
  }
  return result != Result::need_more;
}

Found read(Framing framing, std::size_t limit, const Reads& reads) {
  MessageReader reader(framing, limit);
  Found found;
  for (std::string_view in : reads) {
    while (note(found, reader.next(in), reader)) {
    }
    require(in.empty(), "it wants more, and has not taken all");
    MessageReader ended = reader;  // what it holds is what it would say at the end
    ended.finish();
    require(ended.message().text.size() <= limit + 1, "it holds more than the limit and a byte");
  }
  note(found, reader.finish(), reader);
  return found;
}

std::vector<std::string> lines_of(std::string_view stream, std::size_t limit) {
  std::vector<std::string> lines;
  while (!stream.empty()) {
    const std::size_t size = std::min(stream.find('\n'), stream.size() - 1) + 1;
    const std::string_view line = stream.substr(0, size);
    const std::size_t end = line.ends_with("\r\n") ? 2 : line.ends_with('\n') ? 1 : 0;
    lines.emplace_back(size - end > limit ? "too long" : line);
    stream.remove_prefix(size);
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto framing = static_cast<Framing>(data[0] % 3);
  const std::size_t limit = data[1] % 50;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  for (const auto& reads : some_cuts(stream)) {
    const Found found = read(framing, limit, reads);
    require(found.any_too_long || found.bytes == stream, "bytes lost, repeated or reordered");
    if (framing == Framing::line) {
      require(found.messages == lines_of(stream, limit), "other messages than the lines");
    }
    // From the first terminator on, a peer of the automatic framing is one that sends lines.
    Reads after{"\n"};
    after.insert(after.end(), reads.begin(), reads.end());
    auto lines = lines_of(stream, limit);
    lines.insert(lines.begin(), "\n");
    require(read(Framing::automatic, limit, after).messages == lines, "no line peer after a line");
  }
  return 0;
}
