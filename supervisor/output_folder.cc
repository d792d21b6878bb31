#include "supervisor/output_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "supervisor/atomic_file.h"
#include "supervisor/journal/journal_damage.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

using Refusal = std::optional<OutputFolderRefusal>;

OutputFolderRefusal cannot_go_on(const std::string& path, std::string_view what, int code) {
  return {kExitCannotGoOn, system_error("output", path, what, code)};
}

OutputFolderRefusal usage(std::string reason) {
  return {kExitUsage, {"output", std::move(reason), "name another folder with --out"}};
}

Refusal make_folder(const std::string& path) {
  std::error_code code;
  if (fs::exists(path, code) && !fs::is_directory(path, code)) {
    return usage(fmt::format("{} is a file, not a folder", path));
  }
  fs::create_directories(path, code);
  if (code) return cannot_go_on(path, "made", code.value());
  return std::nullopt;
}

// A run that died before it had a journal leaves no more than its lock and temporary files.
bool counts_as_content(std::string_view name) {
  return name != fs::path(OutputPaths{}.lock()).filename().native() && !is_temporary_name(name);
}

// The configuration is written once there is a journal, and the other names are of its company.
bool tells_of_a_journal(const OutputPaths& paths, std::string_view name) {
  return name == fs::path(paths.run_config()).filename().native() ||
         name.starts_with(fs::path(paths.journal()).filename().native());
}

// What the folder holds that is not for a new output; "": nothing.
Result<std::string> content_of(const OutputPaths& paths) {
  std::string content;
  std::error_code code;
  fs::directory_iterator entries(paths.folder, code);
  for (; !code && entries != fs::directory_iterator(); entries.increment(code)) {
    const std::string name = entries->path().filename().native();
    if (tells_of_a_journal(paths, name) && fs::path(paths.journal()).filename() != name)
      return name;
    if (counts_as_content(name)) content = name;
  }
  if (code) return system_error("output", paths.folder, "listed", code.value());
  return content;
}

// A run that died at its start leaves an empty journal and nothing else.
bool has_journal(const OutputPaths& paths) {
  std::error_code code;
  if (!fs::exists(paths.journal(), code)) return false;
  return fs::file_size(paths.journal(), code) > 0 || !fs::exists(paths.run_config(), code);
}

bool lost_its_journal(const OutputPaths& paths) {
  if (has_journal(paths)) return false;
  const auto content = content_of(paths);
  return content && tells_of_a_journal(paths, *content);
}

Refusal check_content(const OutputPaths& paths) {
  if (has_journal(paths)) return std::nullopt;
  const auto content = content_of(paths);
  if (!content) return OutputFolderRefusal{kExitCannotGoOn, content.error()};
  if (content->empty()) return std::nullopt;
  if (!tells_of_a_journal(paths, *content)) {
    return usage(fmt::format("{} is not empty and holds no journal of an earlier run (it holds {})",
                             paths.folder, *content));
  }
  return OutputFolderRefusal{
      kExitCannotGoOn,
      {"output", fmt::format("the journal {} is gone or empty", paths.journal()),
       fmt::format("put it back, or begin anew with --fresh, which keeps what is there under "
                   "another name; after a repair that was cut off, {}",
                   repair_remedy(paths.journal()))}};
}

std::string holder_of(int lock) {
  std::array<char, 32> text{};
  const ssize_t size = pread(lock, text.data(), text.size(), 0);
  const std::string_view digits(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return std::string(digits.substr(0, digits.find('\n')));
}

OutputFolderRefusal held(const OutputPaths& paths, int lock) {
  return {
      kExitResumable,
      {"output", fmt::format("another run (process {}) holds {}", holder_of(lock), paths.folder),
       "wait for it to end, or name another folder with --out"}};
}

Refusal take_lock(const OutputPaths& paths, const UniqueFd& lock) {
  if (!lock) return cannot_go_on(paths.folder, "written", errno);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? held(paths, lock.get())
                                : cannot_go_on(paths.lock(), "locked", errno);
  }
  const std::string pid = fmt::format("{}\n", getpid());
  if (ftruncate(lock.get(), 0) != 0 ||
      pwrite(lock.get(), pid.data(), pid.size(), 0) != std::ssize(pid)) {
    return cannot_go_on(paths.lock(), "written", errno);
  }
  return std::nullopt;
}

std::string without_trailing_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::string first_free_name(const std::string& stem) {
  std::error_code code;
  int number = 1;
  while (fs::exists(fs::symlink_status(stem + std::to_string(number), code))) ++number;
  return stem + std::to_string(number);
}

}  // namespace

std::variant<OutputFolder, OutputFolderRefusal> OutputFolder::open(const std::string& path) {
  const OutputPaths paths{path};
  if (const Refusal refusal = make_folder(path)) return *refusal;
  if (const Refusal refusal = check_content(paths)) return *refusal;
  return hold(path);
}

std::variant<OutputFolder, OutputFolderRefusal> OutputFolder::hold(const std::string& path) {
  const OutputPaths paths{path};
  UniqueFd lock(::open(paths.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (const Refusal refusal = take_lock(paths, lock)) return *refusal;
  const Status cleaned = remove_abandoned_temporaries(path);
  if (!cleaned) return OutputFolderRefusal{kExitCannotGoOn, cleaned.error()};
  return OutputFolder(paths, std::move(lock));
}

std::optional<OutputFolderRefusal> OutputFolder::move_aside(const std::string& path) {
  const OutputPaths paths{path};
  std::error_code code;
  const bool lost = lost_its_journal(paths);
  if (!lost && !fs::exists(paths.journal(), code)) return std::nullopt;
  const auto held = lost ? hold(path) : open(path);  // so that no other run goes on in it
  if (const auto* refusal = std::get_if<OutputFolderRefusal>(&held)) return *refusal;
  const std::string old = first_free_name(without_trailing_slashes(path) + ".old-");
  fs::rename(path, old, code);
  if (code) return cannot_go_on(path, "moved aside to " + old, code.value());
  return std::nullopt;
}

}  // namespace rookery
