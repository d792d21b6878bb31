#include "worker/inspection.h"

#include <nlohmann/json.hpp>

#include "worker/audio_reader.h"
#include "worker/prepared_model.h"
#include "worker/recording_probe.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

using nlohmann::json;

// Names of files and what libraries say may hold bytes that are no UTF-8.
std::string line_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json to_json(const Error& error) {
  return {{"error", {{"stage", error.stage}, {"reason", error.reason}, {"remedy", error.remedy}}}};
}

json to_json(const RecordingProperties& properties) {
  json value = {{"frames", properties.frames},
                {"sample_rate", properties.sample_rate},
                {"channels", properties.channels},
                {"format", properties.format},
                {"missing", nullptr}};
  if (const auto& missing = properties.missing) {
    value["missing"] = {{"begin_frame", missing->begin_frame},
                        {"end_frame", missing->end_frame},
                        {"reason", missing->reason}};
  }
  return value;
}

json to_json(const ServerReady& facts) {
  return {{"digest", facts.model_digest},           {"tensors", facts.tensor_count},
          {"weights_bytes", facts.weights_bytes},   {"torch_version", facts.torch_version},
          {"cpu_capability", facts.cpu_capability}, {"output_frames", facts.output_frames}};
}

Result<ServerReady> check(const WorkerSettings& settings) {
  Status settled = set_process_settings(settings.inter_op);
  if (settled) settled = set_thread_settings(1);
  if (!settled) return settled.error();
  Result<PreparedModel> prepared = prepare_model(settings);
  if (!prepared) return prepared.error();
  return prepared->facts;
}

}  // namespace

std::string inspect_recording(const std::string& path, const std::string& channel) {
  Result<ChannelChoice> choice = parse_channel(channel);
  if (!choice) return line_of(to_json(choice.error()));
  Result<RecordingProperties> properties = probe_recording(path, *choice);
  return line_of(properties ? to_json(*properties) : to_json(properties.error()));
}

std::string inspect_model(const WorkerSettings& settings) {
  Result<ServerReady> facts = check(settings);
  return line_of(facts ? to_json(*facts) : to_json(facts.error()));
}

}  // namespace rookery
