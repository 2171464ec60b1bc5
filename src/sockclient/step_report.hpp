#pragma once

#include <cstdint>
#include <string_view>

#include "options.hpp"
#include "screen.hpp"
#include "wire.hpp"

namespace sockclient {

/// Shows on stdout what the steps of a conversation receive or, with --json, an object for each.
/// All methods throw OutputClosed, or Failure.
class StepReport {
 public:
  explicit StepReport(const Options& options);

  void connected(const Wire& wire);
  void sent(std::string_view text);

  /// A message, without its line end.
  void received(std::string_view message);

  /// Text, unchanged. Not for --json.
  void show(std::string_view text);

  /// All steps are done.
  void finish(const Wire& wire);

 private:
  void tell(std::string_view name, std::string_view text);

  const Options& options_;
  Screen screen_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
};

}  // namespace sockclient
