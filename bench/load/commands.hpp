#pragma once

#include "options.hpp"

/// The commands of the load generator, one function each. All print one line of `key=value` on
/// stdout and throw at the first wrong byte.
namespace load {

void echo(const Options& options);     ///< each client sends a message when the last one is back
void lines(const Options& options);    ///< the same; at the end all say "quit"
void connect(const Options& options);  ///< connect, one message there and back, close
void bulk(const Options& options);     ///< one client sends without waiting, and reads
void idle(const Options& options);     ///< clients that do nothing: how much memory do they need?
void fair(const Options& options);     ///< shares of busy clients; how long does a newcomer wait?
void chat(const Options& options);     ///< one member talks, all the others listen
void chat_idle(const Options& options);
void datagrams(const Options& options);  ///< peers of UDP, each with some datagrams under way

}  // namespace load
