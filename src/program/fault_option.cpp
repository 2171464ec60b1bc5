#include "program/fault_option.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <stdexcept>

#include "program/help.hpp"
#include "program/values.hpp"
#include "sock/escape.hpp"

namespace program {
namespace {

using sock::Fault;
using sock::Faults;

constexpr auto usual_pause = std::chrono::milliseconds(20);
constexpr unsigned all_percent = 100;

[[noreturn]] void fail(const std::string& why) { throw std::invalid_argument(why); }

std::chrono::milliseconds time_of(std::string_view text) {
  const auto time = parse_duration(text);
  if (!time) fail(fmt::format("\"{}\" is not a time (200ms, 5s, 2m)", text));
  return *time;
}

std::size_t size_of(std::string_view text, std::size_t least) {
  const auto size = parse_size(text);
  if (!size || *size < least) {
    fail(fmt::format("\"{}\" is not a number of bytes, {} or more (100, 64K)", text, least));
  }
  return *size;
}

std::string bytes_text(std::uint64_t bytes) {
  return fmt::format("{} byte{}", bytes, bytes == 1 ? "" : "s");
}

// One row for each fault: its name and value, what the peer sees, and its parser. The rows that
// have a Fault are in its order.
struct FaultRow {
  std::string_view name;
  std::string_view value;  // empty: no value
  std::string_view effect;
  void (*read)(Faults&, std::string_view value);
};

constexpr std::array fault_rows{
    FaultRow{"delay", "T", "what is sent comes T after it was ready",
             [](Faults& faults, std::string_view value) { faults.delay = time_of(value); }},
    FaultRow{"drip", "N[@T]", "pieces of N bytes, each by itself, T apart [20ms]",
             [](Faults& faults, std::string_view value) {
               const auto at = value.find('@');
               faults.drip = size_of(value.substr(0, at), 1);
               faults.drip_pause = at == value.npos ? usual_pause : time_of(value.substr(at + 1));
             }},
    FaultRow{"rate", "SIZE", "no more than SIZE bytes a second",
             [](Faults& faults, std::string_view value) { faults.rate = size_of(value, 1); }},
    FaultRow{"close", "N", "the end of the stream with byte N; 0: at once",
             [](Faults& faults, std::string_view value) { faults.close = size_of(value, 0); }},
    FaultRow{"reset", "N", "a reset after N bytes; 0: at once",
             [](Faults& faults, std::string_view value) { faults.reset = size_of(value, 0); }},
    FaultRow{"mute", "", "everything is taken, nothing is sent",
             [](Faults& faults, std::string_view) { faults.mute = true; }},
    FaultRow{"deaf", "", "nothing is taken: the peer's writes wait",
             [](Faults& faults, std::string_view) { faults.deaf = true; }},
    FaultRow{"no-accept", "", "connections stay in the backlog (sockserver)",
             [](Faults& faults, std::string_view) { faults.no_accept = true; }},
    FaultRow{"flip", "N", "one bit wrong in every N bytes",
             [](Faults& faults, std::string_view value) { faults.flip = size_of(value, 1); }},
    FaultRow{"share", "P%", "of the connections have the faults [100%] (sockserver)",
             [](Faults& faults, std::string_view value) {
               const auto text = value.ends_with('%') ? value.substr(0, value.size() - 1) : value;
               const auto percent = parse_number(text);
               if (!percent || *percent > all_percent)
                 fail(fmt::format("\"{}\" is not 0% to 100%", value));
               faults.share = static_cast<unsigned>(*percent);
             }},
};

const FaultRow* find(std::string_view name) {
  const auto row = std::find_if(fault_rows.begin(), fault_rows.end(),
                                [&](const FaultRow& one) { return one.name == name; });
  return row == fault_rows.end() ? nullptr : row;
}

const FaultRow& row_of(Fault fault) { return fault_rows.at(static_cast<std::size_t>(fault)); }

std::string usage(const FaultRow& row) {
  return fmt::format("{}{}{}", row.name, row.value.empty() ? "" : "=", row.value);
}

std::string about_faults() {
  std::string text =
      "Wrong on purpose: what the other end sees. Faults combine, and each one\n"
      "done is logged.\n\n";
  for (const auto& row : fault_rows) text += fmt::format("  {:<14}{}\n", usage(row), row.effect);
  text +=
      "\n"
      "  --fault drip=1 --fault close=1000     one byte at a time, and an end\n"
      "                                        in the middle of an answer\n";
  return text;
}

// Returns what is wrong with `text`, or an empty string.
std::string find_wrong(const std::string& text) {
  try {
    Faults faults;
    add_fault(faults, text);
    return {};
  } catch (const std::invalid_argument& error) {
    return sock::escaped(error.what());
  }
}

}  // namespace

bool is_fault(std::string_view name) { return find(name) != nullptr; }

std::string fault_usages() {
  std::string text;
  for (const auto& row : fault_rows) text += (text.empty() ? "" : ", ") + usage(row);
  return text;
}

void add_fault(Faults& faults, std::string_view text) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  const FaultRow* const row = find(name);
  if (row == nullptr) fail(fmt::format("there is no fault \"{}\" ({})", name, fault_usages()));
  const bool has_value = equals != text.npos;
  if (has_value == row->value.empty()) {
    fail(fmt::format("\"{}\" is to be written {}", text, usage(*row)));
  }
  try {
    row->read(faults, has_value ? text.substr(equals + 1) : std::string_view());
  } catch (const std::invalid_argument& error) {
    const bool has_several = text.find(',') != text.npos;
    fail(fmt::format("{}: {}{}", usage(*row), error.what(),
                     has_several ? "; give --fault once for each" : ""));
  }
}

std::string to_text(Fault fault, const Faults& faults) {
  const auto name = row_of(fault).name;
  const auto milliseconds = [](std::chrono::milliseconds time) {
    return fmt::format("{}ms", time.count());
  };
  switch (fault) {
    case Fault::delay:
      return fmt::format("{}={}", name, milliseconds(faults.delay));
    case Fault::drip:
      return fmt::format("{}={}@{}", name, faults.drip, milliseconds(faults.drip_pause));
    case Fault::rate:
      return fmt::format("{}={}", name, faults.rate);
    case Fault::close:
      return fmt::format("{}={}", name, *faults.close);
    case Fault::reset:
      return fmt::format("{}={}", name, *faults.reset);
    case Fault::flip:
      return fmt::format("{}={}", name, faults.flip);
    case Fault::mute:
    case Fault::deaf:
    case Fault::no_accept:
      break;
  }
  return std::string(name);
}

std::string words_of(Fault fault, const Faults& faults) {
  switch (fault) {
    case Fault::delay:
      return "delayed by " + to_text(faults.delay);
    case Fault::drip:
      return fmt::format("in pieces of {}, {} apart", bytes_text(faults.drip),
                         to_text(faults.drip_pause));
    case Fault::rate:
      return fmt::format("no more than {} a second", bytes_text(faults.rate));
    case Fault::close:
      return fmt::format("closed after {}", bytes_text(*faults.close));
    case Fault::reset:
      return fmt::format("reset after {}", bytes_text(*faults.reset));
    case Fault::mute:
      return "nothing is sent";
    case Fault::deaf:
      return "nothing is taken";
    case Fault::no_accept:
      return "not accepting";
    case Fault::flip:
      return fmt::format("one bit wrong in every {}", bytes_text(faults.flip));
  }
  return {};
}

void declare_faults(CLI::App& app, Faults& faults) {
  const auto add = [&faults](const std::string& text) { add_fault(faults, text); };
  app.add_option_function<std::string>("--fault", add,
                                       "delay, drip, close, reset ... (--help=faults)\n"
                                       "May be given again: faults combine; see WRONG ON PURPOSE.")
      ->check(find_wrong)
      ->trigger_on_parse()
      ->type_name("FAULT");
  add_topic(app, "faults", "Faults", about_faults());
}

}  // namespace program
