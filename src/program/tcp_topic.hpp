#pragma once

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace program {

/// Adds the page --help=tcp, about the TCP lines of -vvv, and the option --nagle.
void declare_tcp(CLI::App& app, bool& nagle);

}  // namespace program
