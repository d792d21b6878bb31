#include "worker/package_facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/version.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace rookery {
namespace {

const std::string kRemedy = "compile it here with rookery prepare --format aoti";

std::set<std::string> features_of_this_cpu() {
  std::ifstream stream("/proc/cpuinfo");
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("flags")) continue;
    std::istringstream words(line.substr(line.find(':') + 1));
    return {std::istream_iterator<std::string>(words), {}};
  }
  return {};
}

}  // namespace

Result<PackageFacts> read_package_facts(const std::string& folder) {
  const std::string path = folder + "/rookery.json";
  std::ifstream stream(path);
  const auto json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
  try {
    PackageFacts facts;
    json.at("libtorch").get_to(facts.torch_version);
    json.at("cpu_features").get_to(facts.cpu_features);
    json.at("batch_rows").get_to(facts.batch_rows);
    json.at("row_shape").get_to(facts.row_shape);
    const auto takes = json.at("takes").get<std::set<std::string>>();
    facts.takes_tokens = takes.contains("tokens");
    facts.takes_lengths = takes.contains("lengths");
    facts.carries_state = takes.contains("state");
    return facts;
  } catch (const nlohmann::json::exception& exception) {
    return Error{"model",
                 fmt::format("{} does not tell what the package was compiled for: {}", path,
                             exception.what()),
                 kRemedy};
  }
}

Status check_runs_here(const PackageFacts& facts, const std::string& folder) {
  if (facts.torch_version != TORCH_VERSION) {
    return Error{"model",
                 fmt::format("{} was compiled for LibTorch {}, this is {}", folder,
                             facts.torch_version, TORCH_VERSION),
                 kRemedy};
  }
  const std::set<std::string> here = features_of_this_cpu();
  std::vector<std::string> missing;
  std::copy_if(facts.cpu_features.begin(), facts.cpu_features.end(), std::back_inserter(missing),
               [&](const std::string& feature) { return !here.contains(feature); });
  if (missing.empty()) return Done{};
  return Error{"model",
               fmt::format("{} was compiled for another processor: this one lacks {}", folder,
                           fmt::join(missing, ", ")),
               kRemedy};
}

}  // namespace rookery
