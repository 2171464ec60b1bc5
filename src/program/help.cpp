#include "program/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace program {
namespace {

constexpr std::size_t text_column = 25;
constexpr std::size_t default_column = 69;
constexpr std::size_t last_column = 79;

void append_padded(std::string& line, std::size_t column, const std::string& text) {
  line.append(std::max(column, line.size() + 1) - line.size(), ' ');
  line += text;
}

// A flag with a single letter: it shares its line with the next one.
bool is_letter(const Row& row) {
  return row.value.empty() && row.names.size() == 1 && row.names.front().size() == 2;
}

std::string text_of(const Row& row) {
  return row.brief + (row.brief.empty() || row.words.empty() ? "" : ": ") + row.words;
}

std::string line_of(const std::vector<std::string>& names, const std::string& value,
                    const std::string& text, const std::string& standard) {
  std::string line = names.front().size() == 2 ? "  " : "      ";
  line += fmt::format("{}", fmt::join(names, ", "));
  if (!value.empty()) line += " " + value;
  append_padded(line, text_column, text);
  if (!standard.empty()) {
    append_padded(line, std::min(default_column, last_column - standard.size() - 2),
                  "[" + standard + "]");
  }
  return line + "\n";
}

}  // namespace

CLI::App& add_topic(CLI::App& app, const std::string& name, const std::string& title,
                    const std::string& text) {
  CLI::App& page = *app.add_option_group(name, text);
  page.set_help_flag();  // otherwise inherited
  page.option_defaults()->group(title);
  return page;
}

std::vector<const CLI::App*> topics(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

Row::Row(const CLI::Option* from) : option(from), brief(from->get_description()) {
  for (const auto& name : from->get_snames()) names.push_back("-" + name);
  for (const auto& name : from->get_lnames()) names.push_back("--" + name);
  if (names.empty()) {
    value = from->get_name();
  } else if (from->get_items_expected_max() > 0) {
    value = from->get_type_name();  // `TEXT`; or, with a validator's description, `UINT:NAME:a | b`
    value.erase(0, value.find(':') + 1);
  }
  if (const auto colon = value.find(':'); colon != value.npos) {
    words = value.substr(colon + 1);
    value.resize(colon);
  }
  if (const auto end = brief.find('\n'); end != brief.npos) {
    more = brief.substr(end + 1);
    brief.resize(end);
  }
}

std::vector<Row> rows(const CLI::App& page) {
  std::vector<Row> all;
  for (const auto* option : page.get_options({})) {
    if (!option->get_group().empty()) all.emplace_back(option);
  }
  return all;
}

std::string Help::make_help(const CLI::App* page, std::string /*name*/,
                            CLI::AppFormatMode /*mode*/) const {
  std::string out = page->get_description();
  std::string group;
  std::vector<std::string> names;  // of flags that share a line
  std::string texts;
  const auto all = rows(*page);
  for (auto row = all.begin(); row != all.end(); ++row) {
    const auto* option = row->option;
    if (option == page->get_help_ptr() || option == page->get_version_ptr()) continue;
    if (row->names.empty()) continue;
    if (option->get_group() != group) {  // pages must fit a terminal: no blank lines between groups
      out += (group.empty() && !out.empty() ? "\n" : "") + option->get_group() + "\n";
      group = option->get_group();
    }
    names.insert(names.end(), row->names.begin(), row->names.end());
    texts += (texts.empty() ? "" : ", ") + text_of(*row);
    if (is_letter(*row) && row + 1 != all.end() && is_letter(row[1])) continue;
    out += line_of(std::exchange(names, {}), row->value, std::exchange(texts, {}),
                   option->get_default_str());
  }
  return page->get_parent() != nullptr ? out : out + "  -h, --help  -V, --version\n";
}

}  // namespace program
