#include "supervisor/host/worker_environment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "ipc/openmp_variable.h"
#include "supervisor/host/allocator_presets.h"

namespace rookery {
namespace {

using Variables = std::map<std::string, std::string>;

// Debian's multi-arch folder first, then where other systems keep libraries.
constexpr std::array kLibraryFolders = {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
                                        "/usr/lib64", "/usr/lib", "/usr/local/lib"};

// By which a user says where OpenMP's threads run.
constexpr std::array kPlacesOfThreads = {"KMP_AFFINITY", "GOMP_CPU_AFFINITY", "OMP_PLACES",
                                         "OMP_PROC_BIND"};

// A sanitizer is an allocator itself, and has to come first of all libraries.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// What a setting needs to be in force.
struct Library {
  std::string file_name;
  std::string debian_package;
  std::string wanted_by;    // "allocator jemalloc"
  std::string alternative;  // "take --allocator glibc"
};

Result<std::string> find_library(const Library& library) {
  for (const char* folder : kLibraryFolders) {
    std::string path = fmt::format("{}/{}", folder, library.file_name);
    if (std::filesystem::exists(path)) return path;
  }
  return Error{
      "config",
      fmt::format("{} needs {}, which is not installed", library.wanted_by, library.file_name),
      fmt::format("install {} or {}", library.debian_package, library.alternative)};
}

std::string debian_package(const std::string& file_name) {
  if (file_name.starts_with("libjemalloc")) return "libjemalloc2";
  if (file_name.starts_with("libtcmalloc")) return "libtcmalloc-minimal4";
  return "libmimalloc2.0";
}

std::vector<Library> libraries_for(const AllocatorPreset& preset, const std::string& openmp) {
  std::vector<Library> libraries;
  if (!preset.library.empty()) {
    libraries.push_back({preset.library, debian_package(preset.library), "allocator " + preset.name,
                         "take --allocator glibc"});
  }
  if (openmp == "libomp") {
    libraries.push_back({"libomp.so.5", "libomp5-14", "openmp libomp", "take openmp: libgomp"});
  }
  return libraries;
}

// LD_PRELOAD; "" if nothing of ours is in it.
Result<std::string> preloaded(const std::vector<Library>& libraries) {
  std::vector<std::string> paths;
  for (const Library& library : libraries) {
    const auto path = find_library(library);
    if (!path) return path.error();
    paths.push_back(*path);
  }
  if (paths.empty() || kSanitized) return std::string();
  const char* users = std::getenv("LD_PRELOAD");
  if (users != nullptr && *users != '\0') paths.emplace_back(users);
  return fmt::format("{}", fmt::join(paths, ":"));
}

// Between the options of a variable whose later options overrule earlier ones; nullptr: of others.
const char* separator_in(const std::string& name) {
  if (name == "MALLOC_CONF") return ",";
  if (name == "GLIBC_TUNABLES") return ":";
  return nullptr;
}

void give(Variables& variables, const std::string& name, const std::string& value) {
  std::string& present = variables[name];
  const char* separator = separator_in(name);
  present = separator == nullptr || present.empty() ? value : present + separator + value;
}

bool is_set(const Variables& variables, const char* name) {
  return variables.contains(name) || std::getenv(name) != nullptr;
}

// Behind what a preset sets, options that the worker tree would inherit otherwise.
void give_inherited_options(Variables& preset) {
  for (const auto& [name, value] : Variables(preset)) {
    const char* options = separator_in(name) == nullptr ? nullptr : std::getenv(name.c_str());
    if (options != nullptr && *options != '\0') give(preset, name, options);
  }
}

// As it comes, libomp lets its threads and those that call it run wherever the process may,
// whatever they are pinned to, and gives a thread that one caller no longer needs to another.
void leave_threads_where_they_are_pinned(Variables& variables) {
  const bool placed =
      std::ranges::any_of(kPlacesOfThreads, [&](auto name) { return is_set(variables, name); });
  if (!placed) variables["KMP_AFFINITY"] = "disabled";
  if (!is_set(variables, "KMP_HOT_TEAMS_MODE")) variables["KMP_HOT_TEAMS_MODE"] = "1";
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> worker_environment(
    const std::string& allocator, const std::string& openmp, const Variables& given) {
  const auto preset = allocator_preset(allocator);
  if (!preset) return preset.error();
  const auto preload = preloaded(libraries_for(*preset, openmp));
  if (!preload) return preload.error();
  Variables variables(preset->environment.begin(), preset->environment.end());
  give_inherited_options(variables);
  for (const auto& [name, value] : given) give(variables, name, value);
  if (openmp == "libomp") leave_threads_where_they_are_pinned(variables);
  if (!preload->empty()) variables["LD_PRELOAD"] = *preload;
  variables[kOpenmpVariable] = openmp;
  return std::vector<std::pair<std::string, std::string>>(variables.begin(), variables.end());
}

}  // namespace rookery
