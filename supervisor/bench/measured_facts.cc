#include "supervisor/bench/measured_facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "supervisor/host/cpu_quota.h"
#include "supervisor/host/host_facts.h"

namespace rookery {
namespace {

std::string in_words(const VariedKey& key) {
  std::vector<std::string> texts;
  for (const KeyValue& value : key.values) texts.push_back(value.text);
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string in_words(const std::vector<CellPattern>& patterns) {
  std::string words;
  for (const CellPattern& pattern : patterns) {
    for (const auto& [key, texts] : pattern) {
      words += fmt::format("{}={} ", key, fmt::join(texts, "|"));
    }
    words += "; ";
  }
  return words;
}

std::string in_words(const GeneratedAudio& audio) {
  return fmt::format("{} of {} minutes, {} batches, {} Hz, {} channels, seed {}", audio.count,
                     audio.minutes, audio.batches, audio.sample_rate, audio.channels, audio.seed);
}

std::map<std::string, std::string> named(const std::vector<std::string>& names,
                                         const std::map<std::string, std::string>& facts) {
  std::map<std::string, std::string> some;
  for (const std::string& name : names) {
    const auto found = facts.find(name);
    if (found != facts.end()) some.insert(*found);
  }
  return some;
}

}  // namespace

std::map<std::string, std::string> measured_facts(const BenchConfig& config) {
  std::map<std::string, std::string> facts;
  for (const auto& [name, fact] : named({"processor", "logical_cores"}, host_facts())) {
    facts["host." + name] = fact;
  }
  // A quota can be taken away or given between two sessions.
  if (const auto quota = cpu_quota()) facts["host.cpu_quota"] = fmt::format("{:.2f}", *quota);
  for (const Setting& setting : config.run) facts["run." + setting.key] = setting.value.text;
  for (const VariedKey& key : config.matrix) facts["matrix." + key.key] = in_words(key);
  for (const VariedKey& key : config.vary) facts["vary." + key.key] = in_words(key);
  for (const auto& [key, text] : config.baseline) facts["baseline." + key] = text;
  facts["exclude"] = in_words(config.exclude);
  facts["inputs.recordings"] = fmt::format("{}", fmt::join(config.recordings, ", "));
  facts["inputs.generated"] = config.generated ? in_words(*config.generated) : "none";
  facts["warm_up_rounds"] = fmt::to_string(config.warm_up_rounds);
  facts["max_cell_time"] = fmt::format("{} s", config.max_cell_time.count());
  facts["seed"] = fmt::to_string(config.seed);
  return facts;
}

std::map<std::string, std::string> measured_versions(const RunRecord& record) {
  return named({"libtorch", "cpu_capability", "rookery", "programs"}, record.versions);
}

}  // namespace rookery
