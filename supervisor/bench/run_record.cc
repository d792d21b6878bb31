#include "supervisor/bench/run_record.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "supervisor/bench/memory_json.h"

namespace rookery {
namespace {

using Json = nlohmann::ordered_json;

template <class Enum>
using Names = std::array<std::pair<Enum, std::string_view>, 3>;

constexpr Names<Phase> kPhases = {
    {{Phase::kWarmUp, "warm_up"}, {Phase::kMeasured, "measured"}, {Phase::kCold, "cold"}}};
constexpr Names<RunEnding> kEndings = {{{RunEnding::kDone, "done"},
                                        {RunEnding::kOverTime, "over_time"},
                                        {RunEnding::kFailed, "failed"}}};

template <class Enum>
std::string name_of(const Names<Enum>& names, Enum wanted) {
  for (const auto& [value, name] : names) {
    if (value == wanted) return std::string(name);
  }
  return "";
}

// Throws as the JSON library does, for all that is wrong with a line.
template <class Enum>
Enum value_of(const Names<Enum>& names, const Json& json) {
  for (const auto& [value, name] : names) {
    if (json.get<std::string>() == name) return value;
  }
  throw Json::out_of_range::create(403, "unknown word " + json.dump(), &json);
}

}  // namespace

std::string to_line(const RunRecord& record) {
  const Json json = {{"cell", record.cell},
                     {"phase", name_of(kPhases, record.phase)},
                     {"round", record.round},
                     {"ending", name_of(kEndings, record.ending)},
                     {"why", record.why},
                     {"set_aside", record.set_aside},
                     {"began_seconds", record.began_seconds},
                     {"load", record.load},
                     {"spent_seconds", record.spent_seconds},
                     {"metrics", record.metrics},
                     {"memory", memory_rows(record.memory)},
                     {"output_digest", record.output_digest},
                     {"versions", record.versions}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<RunRecord> parse_run_record(const std::string& line) {
  try {
    const Json json = Json::parse(line);
    RunRecord record;
    record.cell = json.at("cell");
    record.phase = value_of(kPhases, json.at("phase"));
    record.round = json.at("round");
    record.ending = value_of(kEndings, json.at("ending"));
    record.why = json.at("why");
    record.set_aside = json.value("set_aside", false);
    record.began_seconds = json.at("began_seconds");
    record.load = json.at("load");
    record.spent_seconds = json.at("spent_seconds");
    record.metrics = json.at("metrics").get<Metrics>();
    record.memory = memory_of(json.at("memory"));
    record.output_digest = json.at("output_digest");
    record.versions = json.at("versions").get<std::map<std::string, std::string>>();
    return record;
  } catch (const Json::exception& error) {
    return Error{"bench", fmt::format("no record of a run: {}", error.what()), ""};
  }
}

}  // namespace rookery
