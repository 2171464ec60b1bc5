#pragma once

#include <memory>

#include "options.hpp"
#include "sock/tls.hpp"

namespace sockserver {

/// Adds --tls, and the page --help=tls with the options that go with it.
void declare_tls(CLI::App& app, Options& options);

/// Gives the doors TLS that are to have it. Throws CLI::ValidationError, which names an option that
/// goes without it, or that lacks another.
void complete_tls(const CLI::App& app, Options& options);

/// What the doors with TLS have in common; nullptr if there is none. Throws std::runtime_error.
std::shared_ptr<const sock::TlsContext> make_tls(const Options& options);

}  // namespace sockserver
