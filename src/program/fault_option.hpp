#pragma once

#include <string>
#include <string_view>

#include "sock/faults.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace program {

// What goes wrong on purpose, as users write it and are told of it: `drip=1@20ms`.

/// Adds the fault that `text` names. Throws std::invalid_argument, which says what is wrong with
/// it, and which there are.
void add_fault(sock::Faults& faults, std::string_view text);

/// Whether there is one of that name: `drip`.
bool is_fault(std::string_view name);
/// How they are written: `delay=T, drip=N[@T], ...`.
std::string fault_usages();

/// As it was written: `reset=1000`.
std::string to_text(sock::Fault fault, const sock::Faults& faults);

/// What the peer sees: `reset after 1000 bytes`.
std::string words_of(sock::Fault fault, const sock::Faults& faults);

/// Adds `--fault` to the table of options, and its page of help.
void declare_faults(CLI::App& app, sock::Faults& faults);

}  // namespace program
