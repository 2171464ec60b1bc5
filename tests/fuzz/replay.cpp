// A fuzz target without a fuzzer: NAME_replay SEEDS MUTATIONS FILE
//
// Gives the target every file of the folder SEEDS as it is, and then so many inputs made from them
// by changes that are the same each time. FILE holds the input that is being tried, so that it is
// still there after a crash.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace std::string_view_literals;

constexpr std::array words{"\n"sv,
                           "\r\n"sv,
                           "\r"sv,
                           "\0"sv,
                           "\xfe"sv,
                           "\xe2\x80\xae"sv,
                           "hola"sv,
                           "adios"sv,
                           "quit"sv,
                           "/nick ana"sv,
                           "/msg "sv,
                           "/who"sv,
                           "/quit"sv,
                           "\xfe"
                           "1"sv};
constexpr std::size_t longest = 4096;

std::vector<std::string> read_seeds(const char* folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry);
  std::ranges::sort(paths);
  std::vector<std::string> seeds;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

class Mutator {
 public:
  explicit Mutator(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {}

  std::string next() {
    std::string input = any(seeds_);
    for (std::size_t changes = 1 + below(8); changes > 0; --changes) change(input);
    input.resize(std::min(input.size(), longest));
    return input;
  }

 private:
  template <typename All>
  const typename All::value_type& any(const All& all) {
    return all[below(all.size())];
  }
  std::size_t below(std::size_t bound) { return random_() % bound; }

  void change(std::string& input) {
    const std::size_t at = below(input.size() + 1);
    const std::size_t size = below(std::min<std::size_t>(input.size() - at, 64) + 1);
    switch (below(6)) {
      case 0:
        input.insert(at, 1, static_cast<char>(below(256)));
        break;
      case 1:
        input.erase(at, size);
        break;
      case 2:
        input.insert(at, input.substr(at, size));
        break;
      case 3:
        input.insert(at, any(words));
        break;
      case 4:
        if (at < input.size()) input[at] = static_cast<char>(below(256));
        break;
      default:
        const std::string& other = any(seeds_);
        input.replace(at, size, other, below(other.size() + 1), below(64));
    }
  }

  std::vector<std::string> seeds_;
  std::mt19937 random_{2026};  // the same numbers everywhere
};

class Trial {
 public:
  explicit Trial(const char* path) : path_(path), file_(path, std::ios::binary) {}

  void of(const std::string& input) {
    file_.seekp(0);
    file_ << input << std::flush;
    std::filesystem::resize_file(path_, input.size());
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }

 private:
  const char* path_;
  std::ofstream file_;  // kept open: to open it anew each time takes long
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto seeds = read_seeds(argv[1]);
  if (seeds.empty()) return 2;
  Trial trial(argv[3]);
  for (const auto& seed : seeds) trial.of(seed);
  Mutator mutator(seeds);
  const int mutations = std::stoi(argv[2]);
  for (int i = 0; i < mutations; ++i) trial.of(mutator.next());
  std::printf("%zu seeds and %d inputs made from them\n", seeds.size(), mutations);
}
