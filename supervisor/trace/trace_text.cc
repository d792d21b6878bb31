#include "supervisor/trace/trace_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
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

// What a thread's wall time went on.
struct Row {
  std::string name;
  std::int64_t before_ns = 0;
  TimeByName stages;
  std::int64_t after_ns = 0;
};

// Of a worker, and of its helper, which waits whenever it does not work.
std::vector<Row> rows_of(const WorkerReport& worker, std::int64_t wall_ns) {
  const bool known = worker.first_ns >= 0;
  const std::int64_t before_ns = known ? worker.first_ns : wall_ns;
  const std::int64_t after_ns = known ? wall_ns - worker.last_ns : 0;
  std::vector<Row> rows = {{worker.name, before_ns, worker.stages, after_ns}};
  if (worker.helper) {
    TimeByName stages = worker.helper->stages;
    stages["wait"] = wall_ns - before_ns - after_ns - sum_of(stages);
    rows.push_back({worker.helper->name, before_ns, std::move(stages), after_ns});
  }
  return rows;
}

// In percent.
std::string line_of(const Row& row, std::int64_t wall_ns, std::size_t width) {
  std::string line = fmt::format("{:<{}}", row.name, width);
  line += cell("start", percent(row.before_ns, wall_ns));
  for (const std::string_view stage : kStages) {
    line += cell(stage, percent(time_of(row.stages, stage), wall_ns));
  }
  const std::int64_t told_ns = row.before_ns + sum_of(row.stages) + row.after_ns;
  line += cell("untold", percent(wall_ns - told_ns, wall_ns));
  return line + cell("end", percent(row.after_ns, wall_ns)) + "\n";
}

std::string worker_table(const TraceReport& report) {
  std::vector<Row> rows;
  for (const WorkerReport& worker : report.workers) {
    std::ranges::move(rows_of(worker, report.wall_ns), std::back_inserter(rows));
  }
  std::size_t width = 0;
  for (const Row& row : rows) width = std::max(width, row.name.size());
  std::string text = "\nwhere workers' time went, in % of the wall time\n";
  text += fmt::format("{:<{}}  start", "", width);
  for (const std::string_view stage : kStages) text += fmt::format("  {}", stage);
  text += "  untold  end\n";
  for (const Row& row : rows) text += line_of(row, report.wall_ns, width);
  text += fmt::format("supervisor: {}\n", in_shares(report.supervisor, report.wall_ns));
  const std::string sharing = core_sharing(report);
  return sharing.empty() ? text : text + sharing + "\n";
}

std::string longest_gap_lines(const std::vector<LongGap>& gaps) {
  if (gaps.empty()) return "";
  std::string text = "   at s     for ms  worker  filled by\n";
  for (const LongGap& gap : gaps) {
    const std::int64_t length = gap.end_ns - gap.begin_ns;
    text += fmt::format("{:>7.3f}{:>11.1f}{:>8}  {}\n", seconds(gap.begin_ns), milliseconds(length),
                        gap.worker, in_shares(gap.filled_by, length));
  }
  return text;
}

std::string gap_lines(const ForwardGaps& gaps) {
  if (gaps.count == 0) return "";
  const std::string sums = fmt::format(
      "\nbetween forwards: {} gaps, {:.1f}% of forwards and gaps; median {:.3f} ms, 90% up to "
      "{:.3f}, 99% up to {:.3f}, longest {:.3f}\n"
      "filled by: {}\n",
      gaps.count, percent(gaps.total_ns, gaps.total_ns + gaps.forward_ns),
      milliseconds(gaps.median_ns), milliseconds(gaps.p90_ns), milliseconds(gaps.p99_ns),
      milliseconds(gaps.longest_ns), in_shares(gaps.filled_by, gaps.total_ns));
  return sums + longest_gap_lines(gaps.longest);
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
