// No client can make a line of a chat look like another one's.

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "support/chat_party.hpp"

using sock::End;
using sock::Framing;

TEST_CASE("no input makes a line that is not its author's, for anybody in the chat") {
  constexpr std::array<std::string_view, 40> pieces{"\n",
                                                    "\n",
                                                    "\r\n",
                                                    "\r",
                                                    "\n* ",
                                                    "* ",
                                                    "ana",
                                                    "eva",
                                                    "leo",
                                                    "guest2",
                                                    "guest3",
                                                    ": ",
                                                    ":",
                                                    " -> you: ",
                                                    " -> ",
                                                    "/nick ana\n",
                                                    "/nick ",
                                                    "/msg ",
                                                    "/msg ana ",
                                                    "/msg eva ",
                                                    "/who\n",
                                                    "/help\n",
                                                    "//",
                                                    "/",
                                                    " ",
                                                    "\t",
                                                    "\x1b[2J",
                                                    "\xe2\x80\xae",
                                                    "\xe2\x80\xa8",
                                                    "\xc2\x85",
                                                    "\xff",
                                                    "\xc3",
                                                    "\xe2\x80",
                                                    "\xf0\x9f\x8d\x8e",
                                                    "left",
                                                    "\x0b",
                                                    "/quit\n",
                                                    "* ana left",
                                                    "\\x0a",
                                                    "is now"};
  for (const auto framing : {Framing::automatic, Framing::line, Framing::chunk}) {
    for (unsigned seed = 0; seed < 20; ++seed) {
      std::mt19937 random(seed);
      const auto below = [&random](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
      };
      ChatParty party(3, {.framing = framing, .max_message = 200});
      for (int step = 0; step < 300; ++step) {
        std::string bytes;
        for (std::size_t n = below(12); n > 0; --n) {
          const auto piece = below(pieces.size() + 2);
          if (piece < pieces.size()) bytes += pieces.at(piece);
          if (piece >= pieces.size()) bytes += static_cast<char>(below(256));
        }
        const std::size_t who = below(3);
        party.types(who, bytes);
        if (below(50) == 0) party.ends(who, static_cast<End>(below(6)));
      }
      INFO("seed " << seed << ", framing " << static_cast<int>(framing));
      CHECK(party.complaint().empty());
    }
  }
}
