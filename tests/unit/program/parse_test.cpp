#include "program/parse.hpp"

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "program/help.hpp"
#include "program/validators.hpp"
#include "support/catch.hpp"

namespace {

// A table with one option of each kind.
struct Sample {
  enum class Colour { red, blue };

  CLI::App app;
  bool flag = false;
  int verbose = 0;
  Colour colour = Colour::red;
  std::uint16_t port = 9999;
  std::chrono::milliseconds wait{};
  std::optional<std::size_t> size;
  std::string text = "none";
  std::string host;
  std::string key;
  std::vector<std::string> steps;

  Sample() {
    program::begin(app, "sample", "A sample.\n\nUsage: sample [options] [HOST]\n\n  sample -4\n");
    app.option_defaults()->group("Group");
    app.add_flag("-4", flag, "only IPv4");
    app.add_flag("-6", flag, "only IPv6");
    const auto count = [this] { ++verbose; };
    app.add_flag_callback("-v,--verbose", count, "more")->trigger_on_parse();
    app.add_option("--colour", colour)->transform(program::one_of({"red", "blue"}));
    app.add_option("-p,--port", port, "the port\nWhere it is.")
        ->transform(program::port(1))
        ->default_str("9999");
    app.add_option_function("--wait", program::into(wait), "how long")
        ->transform(program::duration());
    app.add_option("--size", size, "how much")->transform(program::size());
    app.option_defaults()->group("Other");
    auto* quiet = app.add_flag("-q,--quiet", flag, "less")->excludes(app.get_option("--verbose"));
    app.add_option("--text", text, "a text")->excludes(quiet);
    const auto send = [this](const std::string& value) { steps.push_back("send " + value); };
    app.add_option_function<std::string>("--send", send, "send")->trigger_on_parse();
    app.add_flag_callback(
           "--recv", [this] { steps.push_back("recv"); }, "receive")
        ->trigger_on_parse();
    app.add_option("HOST", host);
    CLI::App& secret = program::add_topic(app, "secret", "Secrets", "All about secrets.\n");
    secret.add_option("--key", key, "a key")->type_name("FILE");
    secret.add_flag("--lock", flag, "closed");
    program::end(app);
  }

  std::optional<int> parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "sample");
    return program::parse(app, static_cast<int>(arguments.size()), arguments.data());
  }

  std::string page(std::size_t topic) {
    return app.get_formatter()->make_help(program::topics(app).at(topic), {},
                                          CLI::AppFormatMode::Normal);
  }
};

}  // namespace

TEST_CASE("options reach their variables") {
  Sample sample;
  REQUIRE(!sample.parse({"-4", "-vv", "-v", "--colour", "blue", "-p80", "--wait=1.5s", "--size",
                         "4K", "--key", "k", "[::1]"}));
  CHECK(sample.flag);
  CHECK(sample.verbose == 3);
  CHECK(sample.colour == Sample::Colour::blue);
  CHECK(sample.port == 80);
  CHECK(sample.wait == std::chrono::milliseconds(1500));
  CHECK(sample.size == 4096U);
  CHECK(sample.key == "k");
  CHECK(sample.host == "[::1]");
}

TEST_CASE("what is not given stays as it was") {
  Sample sample;
  REQUIRE(!sample.parse({}));
  CHECK(sample.port == 9999);
  CHECK(!sample.size);
  CHECK(sample.text == "none");
}

TEST_CASE("the last of several values counts, and only that one is looked at") {
  Sample sample;
  REQUIRE(!sample.parse({"-p", "none", "--port=2", "-4", "-4", "--text", "a", "--text", "b"}));
  CHECK(sample.port == 2);
  CHECK(sample.text == "b");
}

TEST_CASE("any value is taken as it is: empty, with a dash, in brackets") {
  Sample sample;
  REQUIRE(!sample.parse({"--text=", "--send", "-x", "--send=--y", "--send=", "--send", "[a,b]",
                         "--send", "a=", "--send", "{}", "--", "-z"}));
  CHECK(sample.text.empty());
  CHECK(sample.host == "-z");
  CHECK(sample.steps == std::vector<std::string>{"send -x", "send --y", "send ", "send [a,b]",
                                                 "send a=", "send {}"});
}

TEST_CASE("options that may be repeated keep the order of the command line") {
  Sample sample;
  REQUIRE(!sample.parse({"--recv", "--send", "a", "--recv"}));
  CHECK(sample.steps == std::vector<std::string>{"recv", "send a", "recv"});
}

TEST_CASE("wrong usage is status 2, whatever is wrong") {
  const std::vector<std::vector<const char*>> wrong{{"--port", "99999"},
                                                    {"--port", "0"},
                                                    {"--port"},
                                                    {"--port="},
                                                    {"--colour", "green"},
                                                    {"--colour", "1"},
                                                    {"--wait", "-5"},
                                                    {"--size", "0"},
                                                    {"--nope"},
                                                    {"-z"},
                                                    {"--nope=3"},
                                                    {"one", "two"},
                                                    {"-4=x"},
                                                    {"--recv=x"},
                                                    {"--verb"},
                                                    {"--verbose=x"},
                                                    {"--lock=x"},
                                                    {"-q", "-v"},
                                                    {"--help=this"},
                                                    {"--version=x"},
                                                    {"--text", "a", "-q"}};
  for (const auto& arguments : wrong) {
    CAPTURE(arguments.front());
    CHECK(Sample().parse(arguments) == 2);
  }
}

TEST_CASE("what the whole command line tells is looked at last") {
  Sample sample;
  sample.app.callback([&] {
    if (sample.port == 80) throw CLI::ValidationError("--port", "not this one");
  });
  CHECK(!sample.parse({"-p", "81"}));
  CHECK(sample.parse({"-p", "80"}) == 2);
}

TEST_CASE("help and version are status 0") {
  CHECK(Sample().parse({"--help"}) == 0);
  CHECK(Sample().parse({"--help=secret"}) == 0);
  CHECK(Sample().parse({"-V"}) == 0);
}

TEST_CASE("the help lists the options in their groups, with their defaults") {
  const std::string help = Sample().app.help();
  CHECK(help == R"(A sample.

Usage: sample [options] [HOST]

  sample -4

Group
  -4, -6                 only IPv4, only IPv6
  -v, --verbose          more
      --colour NAME      red | blue
  -p, --port PORT        the port                                    [9999]
      --wait T           how long
      --size SIZE        how much
Other
  -q, --quiet            less
      --text TEXT        a text
      --send TEXT        send
      --recv             receive
  -h, --help  -V, --version
)");
}

TEST_CASE("a page of its own lists the options that are added to it") {
  CHECK(Sample().page(0) == R"(All about secrets.

Secrets
      --key FILE         a key
      --lock             closed
)");
}
