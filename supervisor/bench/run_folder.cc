#include "supervisor/bench/run_folder.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "supervisor/config/yaml_values.h"
#include "supervisor/recording_key.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestWords = 300;

void remove(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

}  // namespace

RunFolder::~RunFolder() { remove(path_); }

Status RunFolder::make(const std::string& yaml, const std::vector<std::string>& inputs) const {
  remove(path_);
  std::error_code code;
  fs::create_directories(path_, code);
  if (code) return system_error("bench", path_, "made", code.value());
  std::ofstream file(config());
  file << yaml << "inputs:\n";
  for (const std::string& input : inputs) file << "- " << yaml_scalar(encode_key(input)) << "\n";
  file << "out: " << yaml_scalar(encode_key(out())) << "\n";
  file.close();
  if (!file) return system_error("bench", config(), "written", errno);
  return Done{};
}

std::string RunFolder::last_words() const {
  std::ifstream stream(said(), std::ios::binary);
  std::string words;
  for (std::string word; stream >> word;) words += (words.empty() ? "" : " ") + word;
  return words.size() <= kLongestWords ? words : "… " + words.substr(words.size() - kLongestWords);
}

}  // namespace rookery
