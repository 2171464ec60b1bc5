#include "program/command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "program/process.hpp"
#include "program/values.hpp"

namespace program {
namespace {

constexpr std::size_t text_column = 25;
constexpr std::size_t default_column = 67;
constexpr std::size_t last_column = 79;

// `  -p, --port PORT        `
std::string name_column(const CLI::Option& option, const std::string& value) {
  const auto& shorts = option.get_snames();
  const auto& longs = option.get_lnames();
  std::string out = shorts.empty() ? "     " : "  -" + shorts.front();
  if (!longs.empty()) out += (shorts.empty() ? " --" : ", --") + longs.front();
  if (!value.empty()) out += " " + value;
  return out;
}

void append_padded(std::string& line, std::size_t column, const std::string& text) {
  line.append(std::max(column, line.size() + 1) - line.size(), ' ');
  line += text;
}

// CLI11 takes `--send=` for an option without its value, and would take the next argument.
std::vector<std::string> arguments(int argc, const char* const* argv) {
  std::vector<std::string> all;
  for (int i = 1; i < argc; ++i) {
    std::string one = argv[i];
    const auto sign = one.find('=');
    if (one.starts_with("--") && sign != 2 && sign + 1 == one.size()) {
      one.pop_back();
      all.push_back(std::move(one));
      all.emplace_back();
    } else {
      all.push_back(std::move(one));
    }
  }
  return all;
}

// `-p,--port` is spoken of as `--port`.
std::string spoken_name(const std::string& names) { return names.substr(names.rfind(',') + 1); }

// Puts the option's name before what `action` finds wrong with its value.
CLI::callback_t checked(const std::string& names, CommandLine::Action action) {
  return [name = spoken_name(names), action = std::move(action)](const CLI::results_t& values) {
    try {
      action(values.back());
      return true;
    } catch (const WrongUsage& wrong) {
      throw WrongUsage(name + ": " + wrong.what());
    }
  };
}

[[noreturn]] void not_a(const std::string& value, std::string_view what) {
  throw WrongUsage(fmt::format("\"{}\" is not {}", value, what));
}

}  // namespace

CommandLine::CommandLine(About about) : about_(std::move(about)), app_("", about_.name) {
  app_.set_help_flag("-h,--help");
  app_.set_version_flag("-V,--version", about_.name + " " + SOCK_VERSION);
}

CLI::Option& CommandLine::declare(CLI::Option* option, Shown shown) {
  declared_.push_back({option, group_, std::move(shown)});
  return *option;
}

void CommandLine::option(const std::string& names, Shown shown, Action action) {
  declare(app_.add_option(names, checked(names, std::move(action))), std::move(shown))
      .multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void CommandLine::each(const std::string& names, Shown shown, Action action) {
  const bool is_flag = shown.value.empty();
  const auto once = [is_flag, action = std::move(action)](const std::string& value) {
    if (is_flag && value != "true") throw WrongUsage("takes no value");
    action(is_flag ? "" : value);
  };
  declare(app_.add_option(names, checked(names, once)), std::move(shown))
      .expected(is_flag ? 0 : 1)
      ->trigger_on_parse();
}

void CommandLine::positional(const std::string& name, Action action) {
  app_.add_option(name, checked(name, std::move(action)));
}

void CommandLine::flag(const std::string& names, bool& target, Shown shown) {
  each(names, std::move(shown), [&target](const std::string&) { target = true; });
}

void CommandLine::count(const std::string& names, int& target, Shown shown) {
  each(names, std::move(shown), [&target](const std::string&) { ++target; });
}

void CommandLine::text(const std::string& names, std::string& target, Shown shown) {
  option(names, std::move(shown), [&target](const std::string& value) { target = value; });
}

void CommandLine::texts(const std::string& names, std::vector<std::string>& target, Shown shown) {
  each(names, std::move(shown), [&target](const std::string& value) { target.push_back(value); });
}

void CommandLine::duration(const std::string& names, std::chrono::milliseconds& target,
                           Shown shown) {
  option(names, std::move(shown),
         [&target](const std::string& value) { target = as_duration(value); });
}

void CommandLine::size(const std::string& names, std::optional<std::size_t>& target, Shown shown) {
  option(names, std::move(shown), [&target](const std::string& value) {
    const auto parsed = parse_size(value);
    if (!parsed || *parsed == 0) not_a(value, "a size (like 4096, 64K, 1M)");
    target = parsed;
  });
}

void CommandLine::port(const std::string& names, std::uint16_t& target, Shown shown) {
  option(names, std::move(shown), [&target](const std::string& value) { target = as_port(value); });
}

void CommandLine::number(const std::string& names, std::optional<std::size_t>& target, Shown shown,
                         std::size_t least, std::size_t most) {
  option(names, std::move(shown), [&target, least, most](const std::string& value) {
    const auto parsed = parse_number(value);
    if (!parsed || *parsed < least || *parsed > most) {
      not_a(value, fmt::format("a number ({} to {})", least, most));
    }
    target = static_cast<std::size_t>(*parsed);
  });
}

std::chrono::milliseconds CommandLine::as_duration(const std::string& value) {
  const auto parsed = parse_duration(value);
  if (!parsed) not_a(value, "a time (like 500ms, 5s, 2m, 1h)");
  return *parsed;
}

std::uint16_t CommandLine::as_port(const std::string& value, std::uint16_t least) {
  const auto parsed = parse_port(value);
  if (!parsed || *parsed < least) not_a(value, fmt::format("a port ({} to 65535)", least));
  return *parsed;
}

std::size_t CommandLine::index_of(const std::vector<std::string>& words, const std::string& value) {
  const auto found = std::find(words.begin(), words.end(), value);
  if (found == words.end()) not_a(value, fmt::format("one of {}", fmt::join(words, ", ")));
  return static_cast<std::size_t>(std::distance(words.begin(), found));
}

std::optional<int> CommandLine::parse(int argc, const char* const* argv) {
  auto all = arguments(argc, argv);
  std::reverse(all.begin(), all.end());  // CLI11 takes them from the back
  try {
    app_.parse(std::move(all));
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    write_all(STDOUT_FILENO, help());
    return 0;
  } catch (const CLI::CallForVersion& version) {
    write_all(STDOUT_FILENO, std::string(version.what()) + "\n");
    return 0;
  } catch (const CLI::ParseError& error) {
    return wrong_usage(complaint(error));
  } catch (const WrongUsage& wrong) {
    // What follows an option that does not exist has landed in the wrong place.
    return wrong_usage(unknown().value_or(wrong.what()));
  }
}

std::optional<std::string> CommandLine::unknown() const {
  const auto left = app_.remaining();
  if (left.empty()) return std::nullopt;
  const std::string& first = left.front();
  if (!first.starts_with('-') || first == "-") {
    return fmt::format("unexpected argument \"{}\"", first);
  }
  return fmt::format("there is no option {}",
                     first.starts_with("--") ? first.substr(0, first.find('=')) : first);
}

std::string CommandLine::complaint(const CLI::ParseError& error) const {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return unknown().value_or("");
  std::string text = error.what();
  const std::string name = text.substr(0, text.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
    return name + ": needs a value";
  return text;
}

int CommandLine::wrong_usage(std::string_view what) const {
  write_all(STDERR_FILENO, fmt::format("{0}: {1}\n(try {0} --help)\n", about_.name, what));
  return 2;
}

std::string CommandLine::help() const {
  std::string out =
      fmt::format("{}\n\nUsage: {} {}\n\n", about_.sentence, about_.name, about_.usage);
  std::size_t width = 0;
  for (const auto& [command, purpose] : about_.examples) {
    if (!purpose.empty()) width = std::max(width, command.size());
  }
  for (const auto& [command, purpose] : about_.examples) {
    out += purpose.empty() ? fmt::format("  {}\n", command)
                           : fmt::format("  {:<{}}  {}\n", command, width, purpose);
  }
  std::string group;
  std::string names;  // of options that share the next line: those without a text
  for (const auto& one : declared_) {
    if (one.group != group) out += fmt::format("\n{}\n", group = one.group);
    std::string line = name_column(*one.option, one.shown.value);
    if (!names.empty()) line = names + "," + line.substr(line.find(" -"));
    names.clear();
    if (one.shown.text.empty()) {
      names = std::move(line);
      continue;
    }
    append_padded(line, text_column, one.shown.text);
    if (!one.shown.standard.empty()) {
      const std::string standard = "[" + one.shown.standard + "]";
      append_padded(line, std::min(default_column, last_column - standard.size()), standard);
    }
    out += line + "\n";
  }
  return out + "  -h, --help  -V, --version\n";
}

}  // namespace program
