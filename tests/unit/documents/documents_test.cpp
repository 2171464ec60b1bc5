#include "documents.hpp"

#include <string>

#include "program/help.hpp"
#include "program/parse.hpp"
#include "program/validators.hpp"
#include "support/catch.hpp"

namespace {

struct Sample {
  CLI::App app;
  bool flag = false;
  int number = 0;
  std::string text;

  Sample() {
    program::begin(app, "sample", "A sample.\n");
    app.option_defaults()->group("Group");
    auto* four = app.add_flag("-4", flag, "only IPv4\nNot with -6, `or: `.");
    app.add_flag("-6", flag, "only IPv6")->excludes(four);
    app.add_option("-c,--colour", number,
                   "a colour: what\nOf `red` or (`two words`), for which N stands; see --way.")
        ->transform(program::one_of({"red", "blue"}, "N"))
        ->default_str("red");
    app.add_option("--way", text)->trigger_on_parse()->type_name("ADDRESS");
    app.add_option("--secret", text, "hidden")->group("");
    app.add_option("HOST", text);
    app.add_option("PORT", text);
    program::add_topic(app, "files", "Files")
        .add_option("--file", text, "it's [one]")
        ->type_name("FILE");
    program::end(app);
  }
};

}  // namespace

TEST_CASE("the manual tells each option, in its group") {
  CHECK(documents::manual(Sample().app) == R"(.Ss Group
.Bl -tag -width indent
.It Fl 4
Only IPv4.
Not with
.Fl 6 ,
.Ql or:\~ .
.It Fl 6
Only IPv6.
.It Fl c , Fl -colour Ar N
A colour: what.
One of
.Cm red , blue .
Of
.Cm red
or
.Ql ( two words ) ,
for which
.Ar N
stands; see
.Fl -way .
Default: red.
.It Fl -way Ar ADDRESS
.It Fl h , Fl -help
Show the options and exit.
.It Fl V , Fl -version
Show the version and exit.
.El
.Ss Files
.Bl -tag -width indent
.It Fl -file Ar FILE
It's [one].
.El
)");
}

TEST_CASE("bash completes options, words, hosts and files") {
  const std::string script = documents::bash_completion(Sample().app);
  const auto has = [&](const std::string& part) { return script.find(part) != script.npos; };
  CHECK(has("    -c | --colour) words='red blue' ;;\n"));
  CHECK(has("    --way) kind=hostname ;;\n"));
  CHECK(has("    --file) kind=file ;;\n"));
  CHECK(
      has("      words='-4 -6 -c --colour --way -h --help -V --version --file'\n"
          "      [[ $current == -* ]] || kind=hostname\n"));
  CHECK(script.ends_with("\ncomplete -F _sample sample\n"));
}

TEST_CASE("zsh completes the same, with what it does beside it") {
  CHECK(documents::zsh_completion(Sample().app) == R"(#compdef sample

_arguments -s -S : \
  '(-6)-4[only IPv4]' \
  '(-4)-6[only IPv6]' \
  '(-c --colour)'{-c+,--colour=}'[a colour\: what]:N:(red blue)' \
  '*--way=[]:ADDRESS:_hosts' \
  '1:HOST:_hosts' \
  '2:PORT: ' \
  '(- *)'{-h,--help}'[show the options and exit]' \
  '(- *)'{-V,--version}'[show the version and exit]' \
  '--file=[it'\''s [one\]]:FILE:_files'
)");
}
