#include "supervisor/bench/kept_outputs.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "supervisor/atomic_file.h"
#include "supervisor/bench/whole_file.h"
#include "supervisor/output_folder.h"
#include "supervisor/system_error.h"
#include "worker/sha256.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr const char* kArray = ".npy";

// What is no export: it tells of the run, not of the recordings.
bool is_of_the_run(const std::string& name) {
  const OutputPaths names;
  for (const std::string& path : {names.run_config(), names.summary(), names.lock()}) {
    if (fs::path(path).filename() == name) return true;
  }
  return name.starts_with(fs::path(names.journal()).filename().native());
}

std::vector<fs::path> exports_in(const std::string& folder, std::error_code& code) {
  std::vector<fs::path> paths;
  for (fs::recursive_directory_iterator entry(folder, code);
       !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
    if (entry->is_regular_file() && !is_of_the_run(entry->path().filename())) {
      paths.push_back(entry->path());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Where kept rows are missing, arrays may be left of a session that was killed.
Status keep_arrays(const std::string& run_folder, const std::vector<fs::path>& exports,
                   const fs::path& folder) {
  std::error_code code;
  for (const fs::path& path : exports) {
    if (path.extension() != kArray || code) continue;
    const fs::path kept = folder / path.lexically_relative(run_folder);
    fs::create_directories(kept.parent_path(), code);
    if (!code) fs::copy_file(path, kept, fs::copy_options::overwrite_existing, code);
  }
  if (code) return system_error("bench", folder.native(), "written", code.value());
  return Done{};
}

}  // namespace

Result<std::string> keep_output(const std::string& run_folder, const std::string& kept_folder) {
  std::error_code code;
  Sha256 digest;
  std::string rows;
  const std::vector<fs::path> exports = exports_in(run_folder, code);
  for (const fs::path& path : exports) {
    const auto bytes = bytes_of_file(path);
    if (!bytes) return bytes.error();
    const std::string name = path.lexically_relative(run_folder);
    digest.add(name + '\0' + std::to_string(bytes->size()) + '\0');
    digest.add(*bytes);
    if (path.filename() == "detections.jsonl") rows += *bytes;
  }
  if (code) return system_error("bench", run_folder, "listed", code.value());
  std::string text = digest.finish();
  fs::create_directories(kept_folder, code);
  if (code) return system_error("bench", kept_folder, "made", code.value());
  const std::string kept = kept_folder + "/" + text + ".jsonl";
  if (!fs::exists(kept)) {
    Status written = keep_arrays(run_folder, exports, fs::path(kept_folder) / text);
    if (written) written = write_file_atomically(kept, rows);
    if (!written) return written.error();
  }
  return text;
}

Result<KeptOutput> kept_output(const std::string& kept_folder, const std::string& digest) {
  auto rows = bytes_of_file(kept_folder + "/" + digest + ".jsonl");
  if (!rows) return rows.error();
  KeptOutput output{std::move(*rows), {}};
  const std::string folder = kept_folder + "/" + digest;
  std::error_code none;  // an output without arrays has no folder
  for (const fs::path& path : exports_in(folder, none)) {
    auto bytes = bytes_of_file(path);
    if (!bytes) return bytes.error();
    output.arrays[path.lexically_relative(folder)] = std::move(*bytes);
  }
  return output;
}

}  // namespace rookery
