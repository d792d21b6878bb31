#include "worker/prepare/preparation_text.h"

#include <nlohmann/json.hpp>

#include "worker/json_line.h"
#include "worker/torch_settings.h"

namespace rookery {
namespace {

using nlohmann::json;

json to_json(const PreparationReport& report) {
  json steps = json::array();
  for (const StepReport& step : report.steps) {
    steps.push_back({{"name", step.name}, {"kept", step.kept}, {"reason", step.reason}});
  }
  return {{"steps", steps},
          {"bfloat16", report.bfloat16},
          {"before_ms", report.before_ms},
          {"after_ms", report.after_ms},
          {"largest_difference", report.largest_difference},
          {"probe", report.probe},
          {"original_digest", report.original_digest},
          {"torch_version", report.torch_version},
          {"cpu_capability", report.cpu_capability}};
}

using Job = Result<PreparationReport> (*)(const PreparationOrder&);

std::string answer(Job job, const PreparationOrder& order) {
  Status settled = set_process_settings(1);
  if (settled) settled = set_thread_settings(1);
  if (!settled) return json_line(settled.error());
  Result<PreparationReport> report = job(order);
  return report ? json_line(to_json(*report)) : json_line(report.error());
}

}  // namespace

std::string prepare_model_file(const PreparationOrder& order) {
  return answer(prepare_torchscript, order);
}

std::string compare_package_folder(const PreparationOrder& order) {
  return answer(compare_package, order);
}

}  // namespace rookery
