#include "supervisor/trace/trace_verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery {
namespace {

// From these shares on something other than the largest stage is to be told.
constexpr double kMuchStartUp = 0.5;
constexpr double kMuchIdle = 0.25;
constexpr double kMuchTail = 0.5;        // of what is idle
constexpr double kBusySupervisor = 0.7;  // of its time while workers work
constexpr double kLittleCpu = 0.85;      // of the time that workers work
constexpr double kWorthTelling = 0.05;

const std::set<std::string> kOutsideTheLoop = {"start-up", "open", "stop", "export"};

double seconds(std::int64_t ns) { return static_cast<double>(ns) * 1e-9; }

struct StageGroup {
  const char* name;
  std::vector<const char*> stages;
  const char* remedy;
};

constexpr const char* kReadAheadRemedy =
    "reading is the limit, though it is done ahead: another format (WAV and FLAC decode fastest), "
    "a "
    "faster disk, more cores";

const std::vector<StageGroup>& groups() {
  static const std::vector<StageGroup> kGroups = {
      {"forward",
       {"forward"},
       "the model is the limit: a faster form of it (rookery prepare, bf16), other batch.size, "
       "more cores"},
      {"read",
       {"probe", "seek", "decode"},
       "reading is the limit: another format (WAV and FLAC decode fastest), a faster disk, "
       "decode_ahead"},
      {"resample",
       {"resample"},
       "store recordings at the model's rate, or take a lower audio.resampler"},
      {"front end", {"front end"}, "larger batch.size, or a model that takes the waveform itself"},
      {"reduce",
       {"reduce"},
       "keep fewer scores: a higher threshold, no keep_frames, no beam search"},
      {"send", {"send"}, "larger task_seconds; keep fewer scores"},
  };
  return kGroups;
}

std::vector<std::pair<double, const StageGroup*>> by_share(const TraceReport& report) {
  std::vector<std::pair<double, const StageGroup*>> shares;
  for (const StageGroup& group : groups()) {
    double share = 0;
    for (const char* stage : group.stages) share += report.share(stage);
    shares.emplace_back(share, &group);
  }
  std::ranges::stable_sort(shares, std::greater(), [](const auto& one) { return one.first; });
  return shares;
}

// The part of the workers' time in which one had run out of work for good and another had not.
double tail_share(const TraceReport& report) {
  double idle = 0;
  double all = 0;
  for (const WorkerReport& worker : report.workers) {
    const std::int64_t dry = std::max(worker.dry_ns, report.begin_ns());
    idle += seconds(report.end_ns() - dry);
    all += seconds(report.end_ns() - report.begin_ns());
  }
  return all > 0 ? idle / all : 0;
}

double supervisor_share(const TraceReport& report) {
  double busy = 0;
  double all = 0;
  for (const auto& [stage, time] : report.supervisor) {
    if (kOutsideTheLoop.contains(stage)) continue;
    all += seconds(time);
    if (stage != "wait") busy += seconds(time);
  }
  return all > 0 ? busy / all : 0;
}

TraceVerdict of_idle(const TraceReport& report) {
  const double idle = report.idle_share();
  if (tail_share(report) >= kMuchTail * idle) {
    return {"tail",
            fmt::format("the end bounds the run: workers were without work for {:.0f}% of their "
                        "time, most of it while the last of them finished",
                        100 * idle),
            "smaller task_seconds; put long recordings first; fewer workers for so little work"};
  }
  const double busy = supervisor_share(report);
  if (busy >= kBusySupervisor) {
    return {"supervisor",
            fmt::format("the supervisor bounds the run: it was busy for {:.0f}% of the time, and "
                        "workers waited for {:.0f}% of theirs",
                        100 * busy, 100 * idle),
            "larger task_seconds or batch.size, so that there are fewer tasks"};
  }
  return {"wait",
          fmt::format("workers waited for {:.0f}% of their time, and the supervisor was busy for "
                      "{:.0f}% only",
                      100 * idle, 100 * busy),
          "raise prefetch or task_seconds; one long recording of a model that carries state, or "
          "few short ones, cannot fill all workers; the longest waits say when it was"};
}

TraceVerdict of_stages(const TraceReport& report) {
  const auto shares = by_share(report);
  const StageGroup& largest = *shares.front().second;
  std::string sentence = fmt::format("{} bounds the run: {:.0f}% of the workers' time",
                                     largest.name, 100 * shares.front().first);
  const char* joint = "; ";
  for (std::size_t i = 1; i < shares.size(); ++i) {
    if (shares[i].first < kWorthTelling) continue;
    sentence += fmt::format("{}{} {:.0f}%", joint, shares[i].second->name, 100 * shares[i].first);
    joint = ", ";
  }
  const bool reads_ahead = std::ranges::any_of(
      report.workers, [](const WorkerReport& worker) { return worker.helper.has_value(); });
  const bool is_read = std::string_view(largest.name) == "read";
  return {largest.name, sentence, is_read && reads_ahead ? kReadAheadRemedy : largest.remedy};
}

}  // namespace

TraceVerdict verdict(const TraceReport& report) {
  if (report.end_ns() == 0) return {"nothing", "no worker did any work", ""};
  const double start_up =
      seconds(report.begin_ns()) / seconds(std::max<std::int64_t>(1, report.wall_ns));
  if (start_up >= kMuchStartUp) {
    return {"start-up",
            fmt::format("start-up bounds the run: {:.2f} of {:.2f} s passed before the first work",
                        seconds(report.begin_ns()), seconds(report.wall_ns)),
            "it is paid once: give a run more recordings; several models load one after the other"};
  }
  return report.idle_share() >= kMuchIdle ? of_idle(report) : of_stages(report);
}

std::string core_sharing(const TraceReport& report) {
  double work = 0;
  double cpu = 0;
  for (const WorkerReport& worker : report.workers) {
    // A worker that waits for its helper has no use for a core.
    const std::int64_t waits_ns = worker.helper ? time_of(worker.stages, "decode") : 0;
    work += seconds(worker.work_ns - waits_ns);
    cpu += seconds(worker.cpu_ns);
    if (!worker.helper) continue;
    work += seconds(sum_of(worker.helper->stages));
    cpu += seconds(worker.helper->cpu_ns);
  }
  if (work <= 0 || cpu >= kLittleCpu * work) return "";
  return fmt::format(
      "of the time that workers worked they had a core for {:.0f}%: others used it, or they waited "
      "for the disk",
      100 * cpu / work);
}

}  // namespace rookery
