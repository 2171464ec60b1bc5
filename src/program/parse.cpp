#include "program/parse.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "program/help.hpp"
#include "program/process.hpp"

namespace program {
namespace {

// The names of the pages of --help.
std::vector<std::string> topic_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* topic : topics(app)) names.push_back(topic->get_group());
  return names;
}

// In reverse, as CLI11 wants them. `--send=` is split, because CLI11 would use the next argument as
// its value.
// `--help faults` is meant as `--help=faults`.
std::vector<std::string> arguments(const CLI::App& app, int argc, const char* const* argv) {
  const auto pages = topic_names(app);
  std::vector<std::string> all;
  for (int i = argc - 1; i > 0; --i) {
    std::string_view one = argv[i];
    const bool is_page =
        !all.empty() && std::find(pages.begin(), pages.end(), all.back()) != pages.end();
    if (is_page && (one == "--help" || one == "-h")) {
      all.back().insert(0, "--help=");
      continue;
    }
    if (one.starts_with("--") && one.size() > 3 && one.find('=') == one.size() - 1) {
      all.emplace_back();
      one.remove_suffix(1);
    }
    all.emplace_back(one);
  }
  return all;
}

// Describes the first argument that fits nowhere. Empty if there is none.
std::string misplaced(const CLI::App& app, const Hint& hint) {
  const auto left = app.remaining();
  if (left.empty()) return {};
  const std::string& first = left.front();
  const bool is_option = first.starts_with('-') && first != "-";
  const bool is_long = first.starts_with("--");
  const std::string habit = hint ? hint(first) : "";
  return (is_option ? "there is no option " + (is_long ? first.substr(0, first.find('=')) : first)
                    : "unexpected argument \"" + first + "\"") +
         (habit.empty() ? "" : " (" + habit + ")");
}

// Describes the first two given options that exclude each other.
std::string excluding(const CLI::App& app) {
  const auto& given = app.parse_order();
  for (const auto* first : given) {
    const auto excluded = first->get_excludes();
    const auto second = std::find_if(given.begin(), given.end(),
                                     [&](auto* one) { return excluded.count(one) > 0; });
    if (second != given.end()) {
      return fmt::format("{} and {} exclude each other", Row(first).names.front(),
                         Row(*second).names.front());
    }
  }
  return {};
}

std::string complaint(const CLI::App& app, const CLI::ParseError& error, const Hint& hint) {
  // An argument after an unknown option may be misplaced: report the unknown option first.
  if (std::string what = misplaced(app, hint); !what.empty()) return what;
  if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) return excluding(app);
  std::string text = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr) return text;
  if (text.ends_with("override")) return "--" + text.substr(0, text.find(' ')) + ": takes no value";
  return text.substr(0, text.find(':')) + ": needs a value";
}

int wrong_usage(const CLI::App& app, std::string_view what) {
  write_all(STDERR_FILENO, fmt::format("{0}: {1}\n(try {0} --help)\n", app.get_name(), what));
  return 2;
}

int show_help(const CLI::App& app) {
  const std::string name = app.get_help_ptr()->results().back();
  const CLI::App* page = name == "true" ? &app : nullptr;
  for (const auto* topic : topics(app)) {
    if (topic->get_group() == name) page = topic;
  }
  if (page == nullptr) {
    return wrong_usage(
        app, fmt::format("--help: no page \"{}\" ({})", name, fmt::join(topic_names(app), ", ")));
  }
  write_all(STDOUT_FILENO, app.get_formatter()->make_help(page, {}, CLI::AppFormatMode::Normal));
  return 0;
}

}  // namespace

void begin(CLI::App& app, const std::string& name, const std::string& description) {
  app.name(name);
  app.description(description);
  app.formatter(std::make_shared<Help>());
  app.option_defaults()
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->disable_flag_override();
}

void end(CLI::App& app) {
  app.set_help_flag("-h,--help", "show the options and exit")->disable_flag_override(false);
  app.set_version_flag("-V,--version", app.get_name() + " " + SOCK_VERSION,
                       "show the version and exit");
}

std::optional<int> parse(CLI::App& app, int argc, const char* const* argv, const Hint& hint) {
  try {
    app.parse(arguments(app, argc, argv));
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    return show_help(app);
  } catch (const CLI::CallForVersion& version) {
    write_all(STDOUT_FILENO, std::string(version.what()) + "\n");
    return 0;
  } catch (const CLI::ParseError& error) {
    return wrong_usage(app, complaint(app, error, hint));
  }
}

}  // namespace program
