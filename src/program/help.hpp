#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace program {

// A program's options have one table, its CLI::App: `--help`, the manual and the completions are
// made from it. An option's description has the form of a commit message: all of them show the
// first line, only the manual shows the rest, in which `these` are words to type.

/// Adds a page `--help=NAME`, which shows the options that are added to the returned App.
CLI::App& add_topic(CLI::App& app, const std::string& name, const std::string& title,
                    const std::string& text = {});

/// All pages except the main one.
std::vector<const CLI::App*> topics(const CLI::App& app);

/// One row of the table: an option.
struct Row {
  explicit Row(const CLI::Option* from);

  const CLI::Option* option;
  std::vector<std::string> names;  ///< `-p`, `--port`; empty if it is positional
  std::string value;               ///< the name of its value, or of a positional; empty for a flag
  std::string words;               ///< the allowed values, `these | those`; empty: any
  std::string brief;               ///< what it does, in a few words
  std::string more;                ///< for the manual, in sentences; may be empty
};

/// The options of a page in the order of their declaration, without hidden ones.
std::vector<Row> rows(const CLI::App& page);

/// The description of the page, then its options, group by group, with their defaults.
class Help : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* page, std::string name,
                        CLI::AppFormatMode mode) const override;
};

}  // namespace program
