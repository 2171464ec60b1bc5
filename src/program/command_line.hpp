#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace program {

/// The head of `--help`.
struct About {
  std::string name;      ///< of the program, as in its error texts
  std::string sentence;  ///< what it is
  std::string usage;     ///< what follows the name, with the defaults of positional arguments
  std::vector<std::pair<std::string, std::string>>
      examples;  ///< a command line, and what it does, if that is not plain
};

/// How an option appears in `--help`.
struct Shown {
  std::string value;          ///< the name of its value, `PORT`; empty for a flag
  std::string text;           ///< what it does
  std::string standard = {};  ///< the default; empty: none is shown
};

/// Wrong usage: `--port: "99999" is not a port (0 to 65535)`. CommandLine::parse() turns it into
/// an exit status; thrown later, main() does, with CommandLine::wrong_usage().
struct WrongUsage : std::runtime_error {
  using runtime_error::runtime_error;
};

/// A program's options over CLI11: declare them, group by group in the order of `--help`, each
/// bound to its variable, then parse().
///
/// `names` are given as CLI11 wants them: `-p,--port`. An option given again replaces its earlier
/// value. Any value is taken as it is: empty, or beginning with a dash. Targets must outlive
/// parse(); without the option they keep what they had.
class CommandLine {
 public:
  using Action = std::function<void(const std::string& value)>;

  explicit CommandLine(About about);

  /// Begins a group of options.
  void group(std::string title) { group_ = std::move(title); }

  void flag(const std::string& names, bool& target, Shown shown);
  void count(const std::string& names, int& target, Shown shown);  ///< how often it was given
  void text(const std::string& names, std::string& target, Shown shown);
  void texts(const std::string& names, std::vector<std::string>& target, Shown shown);
  void duration(const std::string& names, std::chrono::milliseconds& target, Shown shown);
  void size(const std::string& names, std::optional<std::size_t>& target,
            Shown shown);  ///< not 0
  void port(const std::string& names, std::uint16_t& target, Shown shown);
  void number(const std::string& names, std::optional<std::size_t>& target, Shown shown,
              std::size_t least = 0, std::size_t most = std::numeric_limits<std::uint32_t>::max());

  /// One of a list of names; the target becomes what stands beside the name.
  template <class T>
  void choice(const std::string& names, T& target, Shown shown,
              std::vector<std::pair<std::string, T>> list) {
    std::vector<std::string> words;
    words.reserve(list.size());
    for (const auto& [word, value] : list) words.push_back(word);
    option(names, std::move(shown),
           [&target, list = std::move(list), words = std::move(words)](const std::string& value) {
             target = list[index_of(words, value)].second;
           });
  }

  /// For a value of another kind: `action` takes the last one given, and may throw WrongUsage.
  void option(const std::string& names, Shown shown, Action action);

  /// The same, but `action` is called each time the option appears, in the order of the command
  /// line, together with the others declared so. Without a name for its value it is a flag.
  void each(const std::string& names, Shown shown, Action action);

  /// For an action: the value as a time or a port. Throw WrongUsage.
  static std::chrono::milliseconds as_duration(const std::string& value);
  static std::uint16_t as_port(const std::string& value, std::uint16_t least = 0);

  /// The next argument that is not an option.
  void positional(const std::string& name, Action action);

  /// Reads the command line. A status: the program ends with it, everything has been said (0 after
  /// `--help` and `--version`, 2 after wrong usage). Nothing: go on.
  std::optional<int> parse(int argc, const char* const* argv);

  /// Says `PROGRAM: what` on stderr; the exit status, 2.
  int wrong_usage(std::string_view what) const;

  /// The text of `--help`.
  std::string help() const;

 private:
  static std::size_t index_of(const std::vector<std::string>& words, const std::string& value);
  CLI::Option& declare(CLI::Option* option, Shown shown);
  std::string complaint(const CLI::ParseError& error) const;
  std::optional<std::string> unknown() const;  // of the arguments, the first that has no place

  struct Declared {
    const CLI::Option* option;
    std::string group;
    Shown shown;
  };

  About about_;
  CLI::App app_;
  std::string group_;
  std::vector<Declared> declared_;
};

}  // namespace program
