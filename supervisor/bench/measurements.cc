#include "supervisor/bench/measurements.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "supervisor/output_folder.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDigest = "model_sha256";

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// Of several models each has an output folder of its own, whose summary tells of the whole run and
// of its model.
std::set<std::string> summary_paths(const std::string& out) {
  if (fs::exists(OutputPaths{out}.summary())) return {OutputPaths{out}.summary()};
  std::error_code code;
  std::set<std::string> paths;
  for (const auto& entry : fs::directory_iterator(out, code)) {
    paths.insert(OutputPaths{entry.path()}.summary());
  }
  return paths;
}

// A recording that is damaged is so for every model: the highest of each count.
void add_recordings(const nlohmann::json& more, nlohmann::json& sums) {
  if (!sums.contains("recordings") && !more.contains("recordings")) return;
  const nlohmann::json none = nlohmann::json::object();
  const nlohmann::json here = sums.value("recordings", none);
  const nlohmann::json there = more.value("recordings", none);
  for (const char* state : {"done", "done_with_gaps", "failed"}) {
    sums["recordings"][state] = std::max(here.value(state, 0), there.value(state, 0));
  }
}

// The first one's, with the recordings and the digests of all models.
Result<nlohmann::json> read_summary(const RunFolder& folder) {
  nlohmann::json first;
  for (const std::string& path : summary_paths(folder.out())) {
    std::ifstream stream(path);
    auto summary = nlohmann::json::parse(stream, nullptr, false);
    if (!summary.is_object()) continue;
    if (first.is_null()) {
      first = std::move(summary);
      continue;
    }
    add_recordings(summary, first);
    if (summary.contains("versions")) {
      const std::string before = first["versions"].value(kDigest, "");
      first["versions"][kDigest] = before + ", " + summary["versions"].value(kDigest, "");
    }
  }
  if (first.is_object()) return first;
  return Error{"bench", "the run left no summary.json", ""};
}

bool did_nothing(const nlohmann::json& summary) {
  const auto recordings = summary.find("recordings");
  return recordings != summary.end() && recordings->value("done", 0) == 0 &&
         recordings->value("done_with_gaps", 0) == 0;
}

void add_resources(const rusage& resources, Metrics& metrics) {
  metrics["cpu_user_seconds"] = seconds(resources.ru_utime);
  metrics["cpu_system_seconds"] = seconds(resources.ru_stime);
  metrics["voluntary_switches"] = static_cast<double>(resources.ru_nvcsw);
  metrics["involuntary_switches"] = static_cast<double>(resources.ru_nivcsw);
  metrics["minor_faults"] = static_cast<double>(resources.ru_minflt);
  metrics["major_faults"] = static_cast<double>(resources.ru_majflt);
}

// How busy the cores were once workers were ready, and what of that was no stage's work.
void add_utilisation(const Usage& usage, Metrics& metrics) {
  const double all = metrics["cpu_user_seconds"] + metrics["cpu_system_seconds"];
  const double used =
      std::max(0.0, all - usage.sampler.cpu_seconds_at(metrics["start_up_seconds"]));
  metrics["cpu_utilisation"] = used / (metrics["wall_seconds"] * usage.cores);
  double explained = metrics["cpu_supervisor_seconds"];
  for (const std::string& stage : stage_names()) explained += metrics["cpu_" + stage + "_seconds"];
  metrics["cpu_outside_stages_seconds"] = std::max(0.0, used - explained);
}

void add_memory(const MemorySampler& sampler, Metrics& metrics) {
  take_memory(sampler.samples(), metrics);
  if (const auto moves = sampler.migrations()) metrics["migrations"] = static_cast<double>(*moves);
}

}  // namespace

Status take_measurements(const RunFolder& folder, const Usage& usage, RunRecord& record) {
  const auto summary = read_summary(folder);
  if (!summary) return summary.error();
  if (did_nothing(*summary)) {
    return Error{"bench", "none of its recordings could be done: " + folder.last_words(), ""};
  }
  record.versions = summary->value("versions", std::map<std::string, std::string>());
  record.versions["cpu_capability"] =
      summary->value(nlohmann::json::json_pointer("/host/cpu_capability"), "");
  record.metrics.merge(metrics_of_summary(*summary));
  add_resources(usage.resources, record.metrics);
  add_utilisation(usage, record.metrics);
  add_memory(usage.sampler, record.metrics);
  record.memory = usage.sampler.samples();
  return Done{};
}

}  // namespace rookery
