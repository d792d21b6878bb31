#include "supervisor/inputs/glob_matches.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

#include "supervisor/recording_key.h"

namespace rookery {
namespace {

// glob() has no place for a caller's own data.
thread_local std::vector<GlobMatch> unreadable_folders;

int note_unreadable(const char* folder, int code) {
  if (code != ENOENT && code != ENOTDIR) {
    unreadable_folders.push_back({folder, std::system_category().message(code)});
  }
  return 0;
}

}  // namespace

Result<std::vector<GlobMatch>> glob_matches(const std::string& pattern) {
  glob_t found{};
  unreadable_folders.clear();
  const int ended = ::glob(pattern.c_str(), GLOB_NOSORT, note_unreadable, &found);
  std::vector<GlobMatch> matches = std::move(unreadable_folders);
  if (ended == 0) {
    for (const char* path : std::span(found.gl_pathv, found.gl_pathc))
      matches.push_back({path, ""});
  }
  ::globfree(&found);
  if (ended == GLOB_NOSPACE) {
    return Error{"input",
                 fmt::format("{}: there is no memory for what matches", encode_key(pattern)),
                 "name folders, which are searched bit by bit"};
  }
  std::ranges::sort(matches, {}, &GlobMatch::path);
  const auto is_same = [](const auto& one, const auto& other) { return one.path == other.path; };
  matches.erase(std::unique(matches.begin(), matches.end(), is_same), matches.end());
  return matches;
}

}  // namespace rookery
