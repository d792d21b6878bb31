// export_settings(): what the journal keeps of a run for its exports.
#include <cstdlib>
#include <sstream>

#include "rookery/run_config.h"
#include "supervisor/exports/export.h"
#include "supervisor/timestamps.h"

namespace rookery {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

Result<ExportSettings> export_settings(const std::map<std::string, std::string>& facts) {
  const auto labels = facts.find(kLabelsFact);
  const auto sample_rate = facts.find(kSampleRateFact);
  if (labels == facts.end() || sample_rate == facts.end()) {
    return Error{"journal", "the journal doesn't name the model's labels and sample rate",
                 "run rookery run on the output folder once"};
  }
  ExportSettings settings;
  settings.labels = lines_of(labels->second);
  settings.sample_rate =
      static_cast<std::int32_t>(std::strtol(sample_rate->second.c_str(), nullptr, 10));
  if (const auto length = facts.find(kVectorLengthFact); length != facts.end()) {
    settings.vector_length = std::strtoll(length->second.c_str(), nullptr, 10);
  }
  const auto timestamps = facts.find(kTimestampsFact);
  auto source = time_source(timestamps == facts.end() ? "none" : timestamps->second);
  if (!source) return source.error();
  settings.times = std::move(*source);
  const auto channel = facts.find(kChannelFact);
  settings.each_channel = channel != facts.end() && channel->second == kEachChannel;
  return settings;
}

}  // namespace rookery
