#include "worker/inspection.h"

#include <nlohmann/json.hpp>

#include "worker/audio_reader.h"
#include "worker/front_end.h"
#include "worker/json_line.h"
#include "worker/prepared_model.h"
#include "worker/recording_probe.h"
#include "worker/reference.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

using nlohmann::json;

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

json to_json(const PreparedModels& prepared, std::int64_t input_samples) {
  const PreparedModel& model = prepared.models.front();
  std::vector<std::int64_t> row_shape = model.hosted.front_end->output_shape(1);
  row_shape.erase(row_shape.begin());
  return {{"row_shape", row_shape},
          {"row_length", model.hosted.front_end->input_length(input_samples)},
          {"digest", model.facts.digest},
          {"tensors", model.facts.tensor_count},
          {"weights_bytes", model.facts.weights_bytes},
          {"torch_version", prepared.facts.torch_version},
          {"cpu_capability", prepared.facts.cpu_capability},
          {"output_frames", model.facts.output_frames}};
}

Status settle(const WorkerSettings& settings) {
  Status settled = set_process_settings(settings.inter_op);
  return settled ? set_thread_settings(1) : settled;
}

Result<PreparedModels> check(const WorkerSettings& settings) {
  if (Status settled = settle(settings); !settled) return settled.error();
  return prepare_models(settings);
}

}  // namespace

std::string inspect_recording(const std::string& path, const std::string& channel) {
  Result<ChannelChoice> choice = parse_channel(channel);
  if (!choice) return json_line(choice.error());
  Result<RecordingProperties> properties = probe_recording(path, *choice);
  return properties ? json_line(to_json(*properties)) : json_line(properties.error());
}

std::string inspect_model(const WorkerSettings& settings) {
  Result<PreparedModels> prepared = check(settings);
  return prepared ? json_line(to_json(*prepared, settings.models.front().geometry.input_samples()))
                  : json_line(prepared.error());
}

std::string verify_model(const WorkerSettings& settings, const std::string& reference) {
  Status settled = settle(settings);
  if (!settled) return json_line(settled.error());
  Result<double> difference = replay_reference(settings.models.front(), reference);
  if (!difference) return json_line(difference.error());
  return json_line(json{{"largest_difference", *difference}});
}

}  // namespace rookery
