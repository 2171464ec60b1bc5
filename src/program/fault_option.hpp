#pragma once

#include <string>
#include <string_view>

#include "sock/faults.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace program {

// Faults on purpose, in the words that users write and read: `drip=1@20ms`.

/// Adds the fault that `text` names. Throws std::invalid_argument, which says what is wrong and
/// which faults exist.
void add_fault(sock::Faults& faults, std::string_view text);

/// Whether a fault has this name: `drip`.
bool is_fault(std::string_view name);
/// All faults as they are written: `delay=T, drip=N[@T], ...`.
std::string fault_usages();

/// The fault as the user wrote it: `reset=1000`.
std::string to_text(sock::Fault fault, const sock::Faults& faults);

/// What the peer sees: `reset after 1000 bytes`.
std::string words_of(sock::Fault fault, const sock::Faults& faults);

/// Adds `--fault` and its page of help.
void declare_faults(CLI::App& app, sock::Faults& faults);

}  // namespace program
