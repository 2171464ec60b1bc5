#pragma once

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace program {

/// The page --help=tcp: what -vvv tells of TCP; and the option --nagle, which is put into `nagle`.
void declare_tcp(CLI::App& app, bool& nagle);

}  // namespace program
