#pragma once

#include <CLI/CLI.hpp>
#include <string>

/// Documents that the build makes from a program's table of options.
namespace documents {

/// Returns the list of options for a manual page, in mdoc(7).
std::string manual(const CLI::App& app);

std::string bash_completion(const CLI::App& app);
std::string zsh_completion(const CLI::App& app);

/// Returns the words of `these | those` with another separator.
std::string with_separator(const std::string& words, const std::string& separator);

}  // namespace documents
