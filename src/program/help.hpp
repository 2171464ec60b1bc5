#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace program {

// The one table of a program's options is its CLI::App: `--help`, the manual and the completions
// are made of it. The description of an option is like the message of a commit: the first line is
// for all of them, what follows is added in the manual, where `these` are words to be typed.

/// A page of its own, `--help=NAME`, with the options that are added to what it returns.
CLI::App& add_topic(CLI::App& app, const std::string& name, const std::string& title,
                    const std::string& text = {});

/// The pages, without the main one.
std::vector<const CLI::App*> topics(const CLI::App& app);

/// What an option is in the table.
struct Row {
  explicit Row(const CLI::Option* from);

  const CLI::Option* option;
  std::vector<std::string> names;  ///< `-p`, `--port`; none: it is positional
  std::string value;               ///< the name of its value, or its own; empty for a flag
  std::string words;               ///< its value is one of, `these | those`; empty: any
  std::string brief;               ///< what it does, in a few words
  std::string more;                ///< for the manual, in sentences; empty: nothing
};

/// The options of a page in the order in which they were added, without hidden ones.
std::vector<Row> rows(const CLI::App& page);

/// The description of the page, then its options, group by group, with their defaults.
class Help : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* page, std::string name,
                        CLI::AppFormatMode mode) const override;
};

}  // namespace program
