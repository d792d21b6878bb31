#include "supervisor/bench/made_with.h"

#include <fmt/format.h>

#include "supervisor/bench/measured_facts.h"

namespace rookery {
namespace {

std::map<std::string, std::string> facts_of(const std::string& model, const RunRecord& record) {
  auto facts = measured_versions(record);
  const auto digest = record.versions.find("model_sha256");
  if (digest != record.versions.end()) facts["model_sha256 of " + model] = digest->second;
  std::erase_if(facts, [](const auto& fact) { return fact.second.empty(); });
  return facts;
}

}  // namespace

Status MadeWith::note(const std::string& model, const RunRecord& record) {
  for (const auto& [name, value] : facts_of(model, record)) {
    const std::string& earlier = known_.emplace(name, value).first->second;
    if (earlier == value) continue;
    return Error{"config",
                 fmt::format("{} was {} in earlier runs and is {} in run {} of {}", name, earlier,
                             value, record.round + 1, record.cell),
                 "go back to the earlier one, or name another folder with --out"};
  }
  return Done{};
}

}  // namespace rookery
