#include <cctype>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "documents.hpp"
#include "program/help.hpp"

namespace documents {
namespace {

using program::Row;

// The words of a text; text in backquotes is one word.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words(1);
  bool is_quoted = false;
  for (const char c : text) {
    if (c == '`') is_quoted = !is_quoted;
    if (c == ' ' && !is_quoted) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

// The mdoc macro for a word; empty for plain text.
std::string markup(const std::string& word, const Row& row) {
  if (word == row.value) return "Ar " + word;
  if (word.starts_with('-')) return "Fl " + word.substr(1);
  if (!word.starts_with('`')) return {};
  std::string literal = word.substr(1, word.size() - 2);
  if (literal.ends_with(' ')) literal.replace(literal.size() - 1, 1, "\\~");  // a space that stays
  const bool is_choice = (" " + row.words + " ").find(" " + literal + " ") != std::string::npos;
  return (is_choice ? "Cm " : "Ql ") + literal;
}

// Marked words have their own lines, with punctuation as arguments; each sentence starts a line.
std::string prose(const std::string& text, const Row& row) {
  constexpr std::size_t longest = 78;
  std::string out;
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) out += line + "\n";
    line.clear();
  };
  for (const std::string& word : split(text)) {
    const std::size_t begin = word.starts_with('(') ? 1 : 0;
    const std::size_t end = word.find_last_not_of(".,;:)") + 1;
    const std::string marked = end > begin ? markup(word.substr(begin, end - begin), row) : "";
    if (!marked.empty()) {
      flush();
      line = "." + marked;
      if (begin > 0) line.insert(line.find(' '), " (");
      for (const char c : word.substr(end)) line += {' ', c};
      flush();
    } else {
      if (line.size() + word.size() >= longest) flush();
      line += (line.empty() ? "" : " ") + word;
      if (word.ends_with('.')) flush();
    }
  }
  flush();
  return out;
}

std::string sentence(std::string text) {
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text + ".";
}

std::string item(const Row& row) {
  std::string out = ".It";
  for (const auto& name : row.names) {
    out += (name == row.names.front() ? " Fl " : " , Fl ") + name.substr(1);
  }
  if (!row.value.empty()) out += " Ar " + row.value;
  out += "\n";
  if (!row.brief.empty()) out += prose(sentence(row.brief), row);
  if (!row.words.empty()) out += "One of\n.Cm " + with_separator(row.words, " , ") + " .\n";
  if (!row.more.empty()) out += prose(row.more, row);
  const std::string standard = row.option->get_default_str();
  return standard.empty() ? out : out + "Default: " + standard + ".\n";
}

}  // namespace

std::string with_separator(const std::string& words, const std::string& separator) {
  static const std::regex old(" \\| ");
  return std::regex_replace(words, old, separator);
}

std::string manual(const CLI::App& app) {
  auto pages = program::topics(app);
  pages.insert(pages.begin(), &app);
  std::string out;
  std::string group;
  for (const auto* page : pages) {
    for (const auto& row : program::rows(*page)) {
      if (row.names.empty()) continue;
      if (row.option->get_group() != group) {
        if (!group.empty()) out += ".El\n";
        group = row.option->get_group();
        out += ".Ss " + group + "\n.Bl -tag -width indent\n";
      }
      out += item(row);
    }
  }
  return out + ".El\n";
}

}  // namespace documents
