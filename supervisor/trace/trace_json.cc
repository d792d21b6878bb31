#include <nlohmann/json.hpp>

#include "supervisor/trace/trace_text.h"
#include "supervisor/trace/trace_verdict.h"

namespace rookery {
namespace {

using Json = nlohmann::ordered_json;

double seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

Json to_json(const TimeByName& times) {
  Json object = Json::object();
  for (const auto& [name, time] : times) object[name] = seconds(time);
  return object;
}

Json to_json(const HelperReport& helper) {
  return {{"name", helper.name},
          {"stage_seconds", to_json(helper.stages)},
          {"cpu_seconds", seconds(helper.cpu_ns)}};
}

Json to_json(const WorkerReport& worker) {
  const auto moment = [](std::int64_t ns) { return ns < 0 ? Json() : Json(seconds(ns)); };
  return {{"name", worker.name},
          {"ready_seconds", moment(worker.first_ns)},
          {"dry_seconds", moment(worker.dry_ns)},
          {"stage_seconds", to_json(worker.stages)},
          {"work_seconds", seconds(worker.work_ns)},
          {"cpu_seconds", seconds(worker.cpu_ns)},
          {"helper", worker.helper ? to_json(*worker.helper) : Json()}};
}

Json to_json(const LongGap& gap) {
  return {{"worker", gap.worker},
          {"begin_seconds", seconds(gap.begin_ns)},
          {"end_seconds", seconds(gap.end_ns)},
          {"filled_by_seconds", to_json(gap.filled_by)}};
}

Json to_json(const Stall& stall) {
  return {{"worker", stall.worker},
          {"begin_seconds", seconds(stall.begin_ns)},
          {"end_seconds", seconds(stall.end_ns)},
          {"task", stall.task},
          {"supervisor_seconds", to_json(stall.supervisor)}};
}

template <class T>
Json all_of(const std::vector<T>& items) {
  Json array = Json::array();
  for (const T& item : items) array.push_back(to_json(item));
  return array;
}

Json to_json(const ForwardGaps& gaps) {
  return {{"count", gaps.count},
          {"forward_seconds", seconds(gaps.forward_ns)},
          {"gap_seconds", seconds(gaps.total_ns)},
          {"median_seconds", seconds(gaps.median_ns)},
          {"p90_seconds", seconds(gaps.p90_ns)},
          {"p99_seconds", seconds(gaps.p99_ns)},
          {"longest_seconds", seconds(gaps.longest_ns)},
          {"filled_by_seconds", to_json(gaps.filled_by)},
          {"longest", all_of(gaps.longest)}};
}

}  // namespace

std::string trace_json(const TraceReport& report) {
  const TraceVerdict told = verdict(report);
  const Json json = {{"whole", report.whole},
                     {"engine", report.engine},
                     {"tasks", report.tasks},
                     {"probes", report.probes},
                     {"wall_seconds", seconds(report.wall_ns)},
                     {"model_ready_seconds", seconds(report.start_up_ns)},
                     {"first_ready_seconds", seconds(report.ready_ns())},
                     {"first_work_seconds", seconds(report.begin_ns())},
                     {"first_dry_seconds", seconds(report.first_dry_ns())},
                     {"last_dry_seconds", seconds(report.end_ns())},
                     {"stop_seconds", seconds(report.stop_ns)},
                     {"idle_share", report.idle_share()},
                     {"workers", all_of(report.workers)},
                     {"supervisor_seconds", to_json(report.supervisor)},
                     {"between_forwards", to_json(report.gaps)},
                     {"stalls", all_of(report.stalls)},
                     {"bound", told.bound},
                     {"sentence", told.sentence},
                     {"remedy", told.remedy}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace rookery
