#include "supervisor/config/text_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace rookery {
namespace {

constexpr std::size_t kMaxBytes = 64u << 20;

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Error unreadable(const std::string& path, const std::string& stage, int error_number) {
  return {stage, path + ": " + std::strerror(error_number), ""};
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, const std::string& stage) {
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return unreadable(path, stage, errno);
  std::string text;
  std::array<char, 65536> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    text.append(buffer.data(), got);
    if (text.size() > kMaxBytes) return Error{stage, path + ": is longer than 64 MiB", ""};
  }
  if (std::ferror(file.get())) return unreadable(path, stage, errno);
  return text;
}

}  // namespace rookery
