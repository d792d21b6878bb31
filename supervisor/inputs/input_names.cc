#include "supervisor/inputs/input_names.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace rookery {
namespace {

namespace fs = std::filesystem;

// Sound, and films for theirs. What cannot be decoded fails with a reason rather than being passed
// over in silence.
const std::set<std::string, std::less<>>& audio_extensions() {
  static const std::set<std::string, std::less<>> kExtensions = {
      "aif",  "aifc", "aiff", "au",   "avr", "bwf", "caf",  "flac", "mp2", "mp3",  "oga", "ogg",
      "opus", "paf",  "pvf",  "rf64", "snd", "sph", "voc",  "w64",  "wav", "wave", "aac", "ac3",
      "amr",  "ape",  "eac3", "m4a",  "m4b", "mka", "tta",  "wma",  "wv",  "3gp",  "asf", "avi",
      "flv",  "m2ts", "m4v",  "mkv",  "mov", "mp4", "mpeg", "mpg",  "mts", "webm", "wmv"};
  return kExtensions;
}

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Normal form without a slash at the end, made absolute if it climbs above the current directory or
// is it.
fs::path resolved(const std::string& path, const std::string& current_directory) {
  fs::path normal = fs::path(tidy_path(path)).lexically_normal();
  const bool names_nothing = normal == "." || *normal.begin() == "..";
  if (names_nothing) normal = (fs::path(current_directory) / normal).lexically_normal();
  return tidy_path(normal.string());
}

}  // namespace

bool is_recording_name(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.starts_with("._")) return false;
  std::string extension(name.substr(dot + 1));
  std::transform(extension.begin(), extension.end(), extension.begin(), to_lower);
  return audio_extensions().contains(extension);
}

std::string tidy_path(std::string_view path) {
  std::string tidy = path.starts_with('/') ? "/" : "";
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (!part.empty() && part != ".") {
      if (!tidy.empty() && tidy.back() != '/') tidy += '/';
      tidy += part;
    }
    begin = end + 1;
  }
  return tidy.empty() ? "." : tidy;
}

std::string key_of_file(const std::string& path, const std::string& current_directory) {
  return resolved(path, current_directory).relative_path().string();
}

std::string key_of_folder(const std::string& path, const std::string& current_directory) {
  return resolved(path, current_directory).filename().string();
}

std::string join_key(const std::string& parent, const std::string& name) {
  return parent.empty() ? name : parent + "/" + name;
}

}  // namespace rookery
