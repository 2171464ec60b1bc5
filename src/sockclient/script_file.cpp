#include "script_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "program/values.hpp"
#include "sock/escape.hpp"

namespace sockclient {
namespace {

using Kind = ScriptStep::Kind;

[[noreturn]] void fail(const std::string& why) { throw std::invalid_argument(why); }

void refuse_text(std::string_view word, std::string_view text) {
  if (!text.empty()) fail(fmt::format("{}: takes no value", word));
}

std::chrono::milliseconds parse_pause(std::string_view text) {
  const auto time = program::parse_duration(text);
  if (!time) fail(fmt::format("pause: \"{}\" is not a time (like 500ms, 5s, 2m, 1h)", text));
  return *time;
}

// `line` starts with its first word, and is neither blank nor a comment. The text begins after that
// word and one space, and keeps all its spaces.
ScriptStep parse_step(std::string_view line) {
  const auto word = line.substr(0, line.find_first_of(" \t"));
  const auto text = line.substr(std::min(word.size() + 1, line.size()));
  ScriptStep step{.text = std::string(text)};
  if (word == "send") {
    step.kind = Kind::send;
  } else if (word == "recv") {
    step.kind = Kind::recv;
    refuse_text(word, text);
  } else if (word == "expect") {
    step.kind = Kind::expect;
  } else if (word == "match") {
    step.kind = Kind::match;
    step.pattern = Pattern(step.text);
  } else if (word == "pause") {
    step.kind = Kind::pause;
    step.pause = parse_pause(text);
  } else if (word == "close") {
    step.kind = Kind::close;
    refuse_text(word, text);
  } else {
    fail(fmt::format("\"{}\" is not one of send, recv, expect, match, pause, close", word));
  }
  return step;
}

std::string_view take_line(std::string_view& text) {
  auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

[[noreturn]] void cannot_read(const std::string& file) {
  fail(sock::escaped("cannot read " + file + ": " + std::generic_category().message(errno)));
}

std::string read_all(std::FILE* in, const std::string& file) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (const auto bytes = std::fread(buffer.data(), 1, buffer.size(), in)) {
    text.append(buffer.data(), bytes);
  }
  if (std::ferror(in) != 0) cannot_read(file);
  return text;
}

}  // namespace

std::vector<ScriptStep> parse_script(std::string_view text, const std::string& file) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::vector<ScriptStep> steps;
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto line = take_line(text);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const std::string where = fmt::format("{}:{}", file, number);
    try {
      steps.push_back(parse_step(line));
    } catch (const std::invalid_argument& error) {
      fail(sock::escaped(where + ": " + error.what()));
    }
    steps.back().where = where;
  }
  return steps;
}

void check_close(const std::vector<ScriptStep>& steps) {
  const auto is_close = [](const ScriptStep& step) { return step.kind == Kind::close; };
  const auto found = std::find_if(steps.begin(), steps.end(), is_close);
  if (found == steps.end() || found + 1 == steps.end()) return;
  fail(sock::escaped(found->where + ": nothing can follow close"));
}

std::vector<ScriptStep> read_script(const std::string& file) {
  if (file == "-") return parse_script(read_all(stdin, "stdin"), "stdin");
  const std::unique_ptr<std::FILE, CloseFile> opened(std::fopen(file.c_str(), "re"));
  if (!opened) cannot_read(file);
  return parse_script(read_all(opened.get(), file), file);
}

}  // namespace sockclient
