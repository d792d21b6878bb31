#include "supervisor/trace/trace_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "supervisor/trace/trace_verdict.h"

namespace rookery {
namespace {

// Columns of the table of workers, in the order data goes.
constexpr std::array<std::string_view, 9> kStages = {
    "wait", "probe", "seek", "decode", "resample", "front end", "forward", "reduce", "send"};

double seconds(std::int64_t ns) { return static_cast<double>(ns) * 1e-9; }
double milliseconds(std::int64_t ns) { return static_cast<double>(ns) * 1e-6; }

double percent(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? 100 * static_cast<double>(part) / static_cast<double>(whole) : 0;
}

std::int64_t sum_of(const TimeByName& times) {
  std::int64_t sum = 0;
  for (const auto& [name, time] : times) sum += time;
  return sum;
}

std::int64_t time_of(const TimeByName& times, std::string_view name) {
  const auto found = times.find(std::string(name));
  return found == times.end() ? 0 : found->second;
}

// "forward 81%, decode 12%", the largest first; what is less than half a percent is left out.
std::string in_shares(const TimeByName& times, std::int64_t whole) {
  std::vector<std::pair<std::int64_t, std::string>> largest_first;
  for (const auto& [name, time] : times) largest_first.emplace_back(time, name);
  std::ranges::sort(largest_first, std::greater());
  std::vector<std::string> parts;
  for (const auto& [time, name] : largest_first) {
    const double share = percent(time, whole);
    if (share >= 0.5) parts.push_back(fmt::format("{} {:.0f}%", name, share));
  }
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string head_line(const TraceReport& report) {
  const char* end =
      report.whole ? "" : "; the file ends early: the run was killed or still goes on";
  return fmt::format("{:.3f} s, {} workers (engine {}), {} tasks, {} probes{}\n",
                     seconds(report.wall_ns), report.workers.size(), report.engine, report.tasks,
                     report.probes, end);
}

std::string cell(std::string_view title, double value) {
  return fmt::format("{:>{}.1f}", value, title.size() + 2);
}

// What a worker's wall time went on, in percent.
std::string row_of(const WorkerReport& worker, const TraceReport& report, std::size_t width) {
  const bool known = worker.first_ns >= 0;
  const std::int64_t before = known ? worker.first_ns : report.wall_ns;
  const std::int64_t after = known ? report.wall_ns - worker.last_ns : 0;
  const std::int64_t told = sum_of(worker.stages);
  std::string row = fmt::format("{:<{}}", worker.name, width);
  row += cell("start", percent(before, report.wall_ns));
  for (const std::string_view stage : kStages) {
    row += cell(stage, percent(time_of(worker.stages, stage), report.wall_ns));
  }
  row += cell("untold", percent(report.wall_ns - before - after - told, report.wall_ns));
  return row + cell("end", percent(after, report.wall_ns)) + "\n";
}

std::string worker_table(const TraceReport& report) {
  std::size_t width = 0;
  for (const WorkerReport& worker : report.workers) width = std::max(width, worker.name.size());
  std::string text = "\nwhere workers' time went, in % of the wall time\n";
  text += fmt::format("{:<{}}  start", "", width);
  for (const std::string_view stage : kStages) text += fmt::format("  {}", stage);
  text += "  untold  end\n";
  for (const WorkerReport& worker : report.workers) text += row_of(worker, report, width);
  text += fmt::format("supervisor: {}\n", in_shares(report.supervisor, report.wall_ns));
  const std::string sharing = core_sharing(report);
  return sharing.empty() ? text : text + sharing + "\n";
}

std::string gap_lines(const ForwardGaps& gaps) {
  if (gaps.count == 0) return "";
  return fmt::format(
      "\nbetween forwards: {} gaps, {:.1f}% of forwards and gaps; median {:.3f} ms, 90% up to "
      "{:.3f}, 99% up to {:.3f}, longest {:.3f}\n"
      "filled by: {}\n",
      gaps.count, percent(gaps.total_ns, gaps.total_ns + gaps.forward_ns),
      milliseconds(gaps.median_ns), milliseconds(gaps.p90_ns), milliseconds(gaps.p99_ns),
      milliseconds(gaps.longest_ns), in_shares(gaps.filled_by, gaps.total_ns));
}

std::string stall_lines(const TraceReport& report) {
  if (report.stalls.empty()) return "\nno worker waited for 10 ms or longer\n";
  std::string text =
      "\nlongest waits\n   at s     for ms  worker  for task  meanwhile the supervisor\n";
  for (const Stall& stall : report.stalls) {
    const std::int64_t length = stall.end_ns - stall.begin_ns;
    text += fmt::format("{:>7.3f}{:>11.1f}{:>8}{:>10}  {}\n", seconds(stall.begin_ns),
                        milliseconds(length), stall.worker, stall.task,
                        in_shares(stall.supervisor, length));
  }
  return text;
}

std::string edge_lines(const TraceReport& report) {
  std::string text =
      fmt::format("\nstart-up: the model was ready at {:.3f} s, the first worker at {:.3f} s",
                  seconds(report.start_up_ns), seconds(report.ready_ns()));
  if (report.end_ns() == 0) return text + "\n";
  return text +
         fmt::format(
             ", work began at {:.3f} s\ntail: the first worker ran dry at {:.3f} s, the last "
             "{:.3f} s later; workers were told to end at {:.3f} s\n",
             seconds(report.begin_ns()), seconds(report.first_dry_ns()),
             seconds(report.end_ns() - report.first_dry_ns()), seconds(report.stop_ns));
}

}  // namespace

std::string trace_text(const TraceReport& report) {
  const TraceVerdict told = verdict(report);
  std::string text = head_line(report) + worker_table(report) + gap_lines(report.gaps) +
                     stall_lines(report) + edge_lines(report) + "\n" + told.sentence + "\n";
  if (!told.remedy.empty()) text += fmt::format("→ {}\n", told.remedy);
  return text;
}

}  // namespace rookery
