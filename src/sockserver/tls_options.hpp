#pragma once

#include <memory>

#include "options.hpp"
#include "sock/tls.hpp"

namespace sockserver {

/// Adds --tls, and the page --help=tls with the options that go with it.
void declare_tls(CLI::App& app, Options& options);

/// Turns on TLS for the doors that need it. Throws CLI::ValidationError, which names an option that
/// needs TLS, or that lacks another option.
void complete_tls(const CLI::App& app, Options& options);

/// The context shared by all TLS doors; nullptr if there is none. Throws std::runtime_error.
std::shared_ptr<const sock::TlsContext> make_tls(const Options& options);

}  // namespace sockserver
