#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "documents.hpp"
#include "program/help.hpp"

namespace documents {
namespace {

using program::Row;

std::vector<Row> rows_of_all_pages(const CLI::App& app) {
  auto all = program::rows(app);
  for (const auto* page : program::topics(app)) {
    for (const auto& row : program::rows(*page)) all.push_back(row);
  }
  return all;
}

bool is_host(const Row& row) { return row.value == "ADDRESS" || row.value == "HOST"; }

// What bash offers for a value: words, a `kind` of `compgen -A`, or nothing.
std::string bash_action(const Row& row) {
  if (is_host(row)) return "kind=hostname";
  if (row.value == "FILE") return "kind=file";
  return row.words.empty() ? "return" : "words='" + with_separator(row.words, " ") + "'";
}

// `VALUE:what zsh offers for it`
std::string zsh_action(const Row& row) {
  std::string action = " ";
  if (is_host(row)) action = "_hosts";
  if (row.value == "FILE") action = "_files";
  if (!row.words.empty()) action = "(" + with_separator(row.words, " ") + ")";
  return row.value + ":" + action;
}

// Names that are no longer offered once the option is given; `*` if it may be repeated.
std::string zsh_exclusions(const CLI::App& app, const Row& row) {
  if (row.option == app.get_help_ptr() || row.option == app.get_version_ptr()) return "(- *)";
  const bool is_repeated = row.option->get_trigger_on_parse();
  std::vector<std::string> names;
  for (const auto* other : row.option->get_excludes()) {
    const Row excluded(other);
    names.insert(names.end(), excluded.names.begin(), excluded.names.end());
  }
  std::sort(names.begin(), names.end());  // CLI11 sorts them by address
  if (!is_repeated && row.names.size() > 1) {
    names.insert(names.begin(), row.names.begin(), row.names.end());
  }
  return (names.empty() ? "" : fmt::format("({})", fmt::join(names, " "))) +
         (is_repeated ? "*" : "");
}

// `'(-p --port)'{-p+,--port=}'[description]:PORT: '`
std::string zsh_argument(const CLI::App& app, const Row& row) {
  std::vector<std::string> names = row.names;
  for (auto& name : names) {
    if (!row.value.empty()) name += name.size() == 2 ? "+" : "=";
  }
  std::string out = "'" + zsh_exclusions(app, row);
  out += names.size() == 1 ? names.front() : fmt::format("'{{{}}}'", fmt::join(names, ","));
  out += '[';
  for (const char c : row.brief.empty() ? row.words : row.brief) {
    if (c == ':' || c == ']') out += '\\';
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  out += ']';
  if (!row.value.empty()) out += ":" + zsh_action(row);
  return out + "'";
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string cases;
  std::vector<std::string> names;
  std::string otherwise;  // offered for arguments that are not options
  for (const auto& row : rows_of_all_pages(app)) {
    names.insert(names.end(), row.names.begin(), row.names.end());
    if (row.names.empty() && otherwise.empty()) {
      otherwise = "\n      [[ $current == -* ]] || " + bash_action(row);
    } else if (!row.names.empty() && !row.value.empty()) {
      cases += fmt::format("    {}) {} ;;\n", fmt::join(row.names, " | "), bash_action(row));
    }
  }
  return fmt::format(R"(# bash completion for {0}
# shellcheck shell=bash

_{0}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} words='' kind=''
  # bash makes three words of --name=value
  if [[ $current == '=' ]]; then
    current=
  elif [[ $before == '=' ]]; then
    before=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  COMPREPLY=()
  case $before in
{1}    *)
      words='{2}'{3}
      ;;
  esac
  if [[ $kind ]]; then
    mapfile -t COMPREPLY < <(compgen -A "$kind" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}}

complete -F _{0} {0}
)",
                     app.get_name(), cases, fmt::join(names, " "), otherwise);
}

std::string zsh_completion(const CLI::App& app) {
  std::string out = fmt::format("#compdef {}\n\n_arguments -s -S :", app.get_name());
  int place = 0;
  for (const auto& row : rows_of_all_pages(app)) {
    out += " \\\n  ";
    out += row.names.empty() ? fmt::format("'{}:{}'", ++place, zsh_action(row))
                             : zsh_argument(app, row);
  }
  return out + "\n";
}

}  // namespace documents
