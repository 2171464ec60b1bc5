#include "program/command_line.hpp"

#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

// A command line with one option of each kind.
struct Sample {
  program::CommandLine line{{"sample", "A sample.", "[options] [HOST]", {{"sample -4", "try it"}}}};
  bool flag = false;
  int verbose = 0;
  int colour = 0;
  std::uint16_t port = 9999;
  std::chrono::milliseconds wait{};
  std::string text = "none";
  std::string host;
  std::vector<std::string> hosts;
  std::vector<std::string> steps;

  Sample() {
    line.group("Group");
    line.flag("-4", flag, {"", "only IPv4"});
    line.count("-v,--verbose", verbose, {"", "more"});
    line.choice<int>("--colour", colour, {"NAME", "a colour"}, {{"red", 1}, {"blue", 2}});
    line.port("-p,--port", port, {"PORT", "the port", "9999"});
    line.duration("--wait", wait, {"T", "how long"});
    line.text("--text", text, {"TEXT", "a text"});
    line.texts("--host", hosts, {"HOST", "a host"});
    line.each("--send", {"TEXT", "send"},
              [this](const std::string& value) { steps.push_back("send " + value); });
    line.each("--recv", {"", "receive"}, [this](const std::string&) { steps.push_back("recv"); });
    line.positional("HOST", [this](const std::string& value) { host = value; });
  }

  std::optional<int> parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "sample");
    return line.parse(static_cast<int>(arguments.size()), arguments.data());
  }
};

}  // namespace

TEST_CASE("options reach their variables") {
  Sample sample;
  REQUIRE(!sample.parse({"-4", "-vv", "-v", "--colour", "blue", "-p80", "--wait=1.5s", "[::1]"}));
  CHECK(sample.flag);
  CHECK(sample.verbose == 3);
  CHECK(sample.colour == 2);
  CHECK(sample.port == 80);
  CHECK(sample.wait == std::chrono::milliseconds(1500));
  CHECK(sample.host == "[::1]");
}

TEST_CASE("what is not given stays as it was") {
  Sample sample;
  REQUIRE(!sample.parse({}));
  CHECK(sample.port == 9999);
  CHECK(sample.text == "none");
}

TEST_CASE("the last of several values counts") {
  Sample sample;
  REQUIRE(!sample.parse({"-p", "1", "--port=2", "-4", "-4"}));
  CHECK(sample.port == 2);
}

TEST_CASE("any value is taken as it is: empty, with a dash, in brackets") {
  Sample sample;
  REQUIRE(!sample.parse({"--text=", "--send", "-x", "--send=--y", "--send=", "--send", "[a,b]",
                         "--send", "a=", "--", "-z"}));
  CHECK(sample.text.empty());
  CHECK(sample.host == "-z");
  CHECK(sample.steps ==
        std::vector<std::string>{"send -x", "send --y", "send ", "send [a,b]", "send a="});
}

TEST_CASE("options that may be repeated keep the order of the command line") {
  Sample sample;
  REQUIRE(!sample.parse({"--recv", "--send", "a", "--recv", "--host", "x", "--host", "y"}));
  CHECK(sample.steps == std::vector<std::string>{"recv", "send a", "recv"});
  CHECK(sample.hosts == std::vector<std::string>{"x", "y"});
}

TEST_CASE("wrong usage is status 2, whatever is wrong") {
  const std::vector<std::vector<const char*>> wrong{
      {"--port", "99999"}, {"--port"}, {"--port="},    {"--colour", "green"}, {"--wait", "-5"},
      {"--nope"},          {"-z"},     {"--nope=3"},   {"one", "two"},        {"-4=x"},
      {"--recv=x"},        {"--verb"}, {"--verbose=x"}};
  for (const auto& arguments : wrong) {
    CAPTURE(arguments.front());
    CHECK(Sample().parse(arguments) == 2);
  }
}

TEST_CASE("help and version are status 0") {
  CHECK(Sample().parse({"--help"}) == 0);
  CHECK(Sample().parse({"-V"}) == 0);
}

TEST_CASE("the help lists the options in their groups, with their defaults") {
  const std::string help = Sample().line.help();
  CHECK(help.starts_with(
      "A sample.\n\nUsage: sample [options] [HOST]\n\n  sample -4  try it\n\nGroup\n"));
  CHECK(
      help.find("\n  -p, --port PORT        the port                                  [9999]\n") !=
      std::string::npos);
  CHECK(help.ends_with("\n  -h, --help  -V, --version\n"));
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() < 80);
}
