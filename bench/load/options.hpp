#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace load {

/// `--name value` pairs of the command line.
class Options {
 public:
  Options(int argc, char** argv);

  double number(const std::string& name, double standard) const;
  std::size_t count(const std::string& name, std::size_t standard) const;

 private:
  std::map<std::string, double> values_;
};

}  // namespace load
