#include "worker/model_digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "worker/file_digest.h"
#include "worker/sha256.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

Error unreadable(const std::string& why) {
  return {"model", why, "check the card's `file` and the file's permissions"};
}

Result<std::string> digest_of_file(const std::string& path) {
  Result<std::string> digest = file_digest(path);
  if (!digest) return unreadable(digest.error().reason);
  return digest;
}

// Regular files below a folder, by their names in it.
std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.push_back(entry.path().lexically_relative(folder).native());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> digest_of_folder(const std::string& folder) {
  Sha256 sha256;
  for (const std::string& name : files_below(folder)) {
    Result<std::string> contents = digest_of_file(fmt::format("{}/{}", folder, name));
    if (!contents) return contents.error();
    sha256.add(fmt::format("{} {}\n", *contents, name));
  }
  return sha256.finish();
}

}  // namespace

std::string digest_of(std::string_view bytes) {
  Sha256 sha256;
  sha256.add(bytes);
  return sha256.finish();
}

Result<std::string> model_digest(const std::string& path) {
  try {
    const bool package = path.ends_with(".pt2") && fs::is_directory(path);
    return package ? digest_of_folder(path) : digest_of_file(path);
  } catch (const fs::filesystem_error& error) {
    return unreadable(fmt::format("cannot read {}: {}", path, error.code().message()));
  }
}

}  // namespace rookery
