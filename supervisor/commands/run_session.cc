#include "supervisor/commands/run_session.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "supervisor/commands/command.h"
#include "supervisor/commands/run_watch.h"
#include "supervisor/commands/sandbox_text.h"
#include "supervisor/host/host_facts.h"
#include "supervisor/memory_watch.h"
#include "supervisor/progress.h"
#include "supervisor/run_setup.h"
#include "supervisor/trace/trace_file.h"
#include "supervisor/worker_memory.h"

namespace rookery {
namespace {

std::int64_t microseconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

std::int64_t own_cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) { return time.tv_sec * 1'000'000 + time.tv_usec; };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

std::int64_t unix_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

}  // namespace

RunSession::RunSession(LoadedRun run, const RunArguments& arguments)
    : run_(std::move(run)),
      arguments_(arguments),
      started_(clock_.now()),
      started_wall_clock_(std::time(nullptr)),
      metrics_(run_.config().operating.metrics, run_.config().out, clock_) {}

ExitCode RunSession::run() {
  const ExitCode exit_code = run_steps();
  const Status traced = trace_ ? trace_->end() : Done{};
  return traced ? exit_code : complain(traced.error(), exit_code);
}

ExitCode RunSession::run_steps() {
  auto signals = SignalSource::open();
  if (!signals) return complain(signals.error(), kExitCannotGoOn);
  signals_.emplace(std::move(signals).value());
  // Children inherit it. The only error there is, no permission, cannot come of lowering.
  (void)nice(run_.config().operating.nice);
  for (Step (RunSession::*step)() :
       {&RunSession::open_inputs, &RunSession::open_pool, &RunSession::open_outputs,
        &RunSession::open_trace, &RunSession::start_workers, &RunSession::take_up_folders}) {
    if (const Step ended = (this->*step)()) return *ended;
  }
  return conclude(work());
}

RunSession::Step RunSession::refused(const Error& error, ExitCode code) const {
  return complain(error, code);
}

RunSession::Step RunSession::open_inputs() {
  const auto& inputs = run_.config().inputs;
  auto source = InputSource::open(inputs, bytes_of_descriptor(STDIN_FILENO),
                                  arguments_.null_separated ? '\0' : '\n');
  if (!source) return refused(source.error(), kExitUsage);
  inputs_.emplace(std::move(source).value());
  const bool countable = std::find(inputs.begin(), inputs.end(), "-") == inputs.end();
  if (countable && !arguments_.quiet) {
    const auto totals = count_inputs(inputs);
    if (totals) totals_ = *totals;
  }
  return std::nullopt;
}

RunSession::Step RunSession::open_pool() {
  auto placement = place_on_this_host(run_.config());
  if (!placement) {
    return refused(placement.error(),
                   placement.error().stage == "config" ? kExitUsage : kExitCannotGoOn);
  }
  placement_ = std::move(placement).value();
  const Status files = allow_open_files(run_.config().speed.engine, placement_.cores.size());
  if (!files) return refused(files.error(), kExitCannotGoOn);
  auto settings = pool_settings(run_, placement_.cores, sibling_program("rookery-worker"));
  if (!settings) return refused(settings.error(), kExitUsage);
  auto pool = ProcessPool::open(std::move(settings).value(), *signals_, clock_);
  if (!pool) return refused(pool.error(), kExitCannotGoOn);
  pool_ = std::move(pool).value();
  return std::nullopt;
}

RunSession::Step RunSession::open_outputs() {
  const OutputPaths all{run_.config().out};
  if (run_.outputs.size() > 1 && std::filesystem::exists(all.journal())) {
    return refused({"output", fmt::format("{} holds the results of one model", all.folder),
                    "name another folder with --out"},
                   kExitUsage);
  }
  for (const LoadedOutput& output : run_.outputs) {
    auto opened = arguments_.fresh ? RunOutput::begin_afresh(output) : RunOutput::open(output);
    if (const auto* refusal = std::get_if<OutputFolderRefusal>(&opened)) {
      return refused(refusal->error, refusal->exit_code);
    }
    outputs_.push_back(std::move(std::get<RunOutput>(opened)));
  }
  return std::nullopt;
}

RunSession::Step RunSession::open_trace() {
  const RunConfig& config = run_.config();
  if (config.operating.trace.empty()) return std::nullopt;
  auto file = TraceFile::open(config.operating.trace);
  if (!file) return refused(file.error(), kExitCannotGoOn);
  const bool processes = config.speed.engine == EngineKind::kProcesses;
  const std::int64_t origin_us = unix_us() - microseconds(clock_.now() - started_);
  const TraceFacts facts{ROOKERY_VERSION, processes ? "processes" : "threads", placement_.cores,
                         origin_us, config.speed.decode_ahead};
  trace_ = std::make_unique<TraceRecorder>(std::make_unique<TraceFile>(std::move(file).value()),
                                           clock_, started_, facts);
  pool_->trace(*trace_);
  return std::nullopt;
}

RunSession::Step RunSession::start_workers() {
  auto server = pool_->start();
  if (server) {
    server_ = std::move(server).value();
    if (server_.start != run_.config().speed.start && !arguments_.quiet) {
      fmt::print(stderr,
                 "rookery: the model left {} threads in the fork server; workers are spawned\n",
                 server_.threads);
    }
    tell_of_sandbox();
    return std::nullopt;
  }
  if (server.error().stage != "interrupted") return refused(server.error(), kExitCannotGoOn);
  const PoolEvent event = pool_->wait(std::chrono::milliseconds(0));
  const auto* interrupted = std::get_if<Interrupted>(&event);
  return exit_code_of_signal(interrupted == nullptr ? SIGINT : interrupted->signal);
}

void RunSession::tell_of_sandbox() const {
  const SandboxState& sandbox = server_.sandbox;
  const bool wanted = run_.config().speed.sandbox != SandboxKind::kOff;
  if (!wanted || arguments_.quiet || (sandbox.landlock_abi > 0 && sandbox.seccomp)) return;
  fmt::print(stderr, "rookery: the workers' sandbox is not whole here: {}\n", describe(sandbox));
}

RunSession::Step RunSession::take_up_folders() {
  tracer().enter(LoopStage::kOpen);
  std::size_t first_model = 0;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const LoadedOutput& output = run_.outputs[i];
    if (const auto refusal = outputs_[i].take_up(folder_facts(output, server_, first_model))) {
      return refused(refusal->error, refusal->exit_code);
    }
    first_model += output.cards.size();
  }
  if (run_.config().results.batch_mix && !arguments_.quiet) {
    fmt::print(
        stderr,
        "rookery: batch.mix: recordings share batches; from run to run scores agree to 1e-5, "
        "not to the byte\n");
  }
  const Status told = metrics_.begin();
  return told ? Step() : refused(told.error(), kExitCannotGoOn);
}

std::vector<ModelOutput> RunSession::model_outputs() {
  std::vector<ModelOutput> outputs;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const LoadedOutput& output = run_.outputs[i];
    outputs.push_back(
        {{output.card(), output.config.results, output.config.speed.max_unreleased_segments,
          output.card().geometry.frame, output.word_list},
         &outputs_[i].journal(),
         output.config.operating.retry_failed});
  }
  return outputs;
}

RunReport RunSession::work() {
  const ProgressStyle style = progress_style(stderr, arguments_.quiet);
  Progress progress(style, stderr, clock_, ProgressMeter(totals_, clock_.now()));
  MemoryWatch memory([this] { return pool_->server_pid(); }, clock_);
  RunWatch watch(progress, memory, metrics_, tracer());
  RunLoop loop({*inputs_, *pool_, clock_, watch, run_.config().operating.content_digests, tracer()},
               model_outputs(), run_.config().speed,
               run_limits(run_.config().operating, started_, started_wall_clock_),
               care_settings(run_.config(), server_, placement_.cores.size()));
  RunReport report = loop.run();
  tracer().enter(LoopStage::kStop);
  tracer().memory(memory.sample());
  std::int64_t weights_bytes = 0;
  for (const ModelFacts& model : server_.models) weights_bytes += model.weights_bytes;
  peak_memory_ = memory.peak(weights_bytes);
  pool_->stop(report.at_once);
  tracer().enter(LoopStage::kExport);
  progress.finish(report.totals, started_, where_to_look(report));
  return report;
}

std::string RunSession::where_to_look(const RunReport& report) const {
  const std::string& folder = run_.config().out;
  if (report.totals.with_faults == 0) return fmt::format("results: {}", folder);
  return fmt::format("results: {}; {} recording{} failed or with gaps: {}/{}errors.jsonl", folder,
                     report.totals.with_faults, report.totals.with_faults == 1 ? "" : "s", folder,
                     outputs_.size() == 1 ? "" : "*/");
}

ExitCode RunSession::tell_monitoring(const RunReport& report, ExitCode exit_code) {
  const Status told = metrics_.end(report.totals, exit_code);
  return told ? exit_code : complain(told.error(), kExitCannotGoOn);
}

ExitCode RunSession::conclude(const RunReport& report) {
  ExitCode exit_code = report.exit_code;
  if (report.error) complain(*report.error, exit_code);
  if (!write_formats()) exit_code = kExitCannotGoOn;
  if (!write_summaries(report, exit_code)) exit_code = kExitCannotGoOn;
  return tell_monitoring(report, exit_code);
}

// What of one model's cannot be written keeps nothing of another's back.
bool RunSession::write_formats() {
  bool all = true;
  for (RunOutput& output : outputs_) {
    const auto notice = output.write_formats();
    if (!notice) {
      complain(notice.error(), kExitCannotGoOn);
      all = false;
    } else if (!notice->empty() && !arguments_.quiet) {
      fmt::print(stderr, "rookery: {}\n", *notice);
    }
  }
  return all;
}

bool RunSession::write_summaries(const RunReport& report, ExitCode exit_code) {
  bool all = true;
  RunSummary summary = summarise(report, exit_code);
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    // Of an ensemble, the first model's.
    summary.versions["model_sha256"] = server_.models.at(i).digest;
    const Status written = outputs_[i].write(summary);
    if (!written) complain(written.error(), kExitCannotGoOn);
    all = all && written;
  }
  return all;
}

std::int64_t RunSession::limited_memory_bytes() const {
  if (run_.config().speed.sandbox == SandboxKind::kOff) return 0;
  return own_memory_bytes(run_.config(), placement_.cores.size(), memory_rooms());
}

RunSummary RunSession::summarise(const RunReport& report, ExitCode exit_code) const {
  RunSummary summary;
  summary.complete = exit_code == kExitDone || exit_code == kExitSomeFailed;
  summary.exit_code = exit_code;
  summary.run_audio_us = report.totals.audio_us;
  summary.segments = report.segments;
  summary.wall_us = microseconds(clock_.now() - started_);
  summary.start_up_us = microseconds(report.workers_ready - started_);
  summary.cpu = report.times;
  summary.supervisor_cpu_us = own_cpu_us();
  summary.batch_latency = report.batch_latency;
  summary.segment_latency = report.segment_latency;
  summary.recording_latency = report.recording_latency;
  summary.peak_memory = peak_memory_;
  summary.worker_deaths = report.worker_deaths;
  summary.workers_replaced = report.workers_replaced;
  const std::vector<std::string> readable = worker_settings(run_).readable;
  summary.sandbox = {server_.sandbox.landlock_abi, server_.sandbox.seccomp,
                     server_.sandbox.landlock_abi == 0 || readable.front() == "/",
                     limited_memory_bytes()};
  summary.versions = {{"rookery", ROOKERY_VERSION}, {"libtorch", server_.torch_version}};
  summary.host = host_facts();
  summary.host["cpu_capability"] = server_.cpu_capability;
  return summary;
}

}  // namespace rookery
