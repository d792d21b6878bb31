// `rookery bench` or `rookery tune` on a config, and what it leaves in its folder.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/process_tree.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {

// Several runs of a model, on a host that is busy with other tests.
inline constexpr std::chrono::seconds kLongestJob{300};

// Of a job that is at its first run until it is ended. Its model is still to be named.
inline const std::string kEndlessConfig =
    "inputs: {generated: {count: 1, minutes: 0.1, sample_rate: 8000}}\n"
    "matrix: {workers: [1, 2]}\n"
    "run: {oversubscribe: true, test_delay_ms: 60000}\n"
    "max_cell_time: 1h\n";

class MeasuringJob {
 public:
  explicit MeasuringJob(std::string command) : command_(std::move(command)) {}

  // `more` are further words of the command line.
  // The host's pace is not looked at: what else runs here shall not decide how many runs there are.
  Program program(const std::string& config, const Arguments& more = {}) const {
    const std::string file = folder_.write("config.yaml", config + "\nmin_host_pace: 0\n");
    Arguments words = {command_, file, "--out", out()};
    words.insert(words.end(), more.begin(), more.end());
    Program program = rookery(words);
    program.environment[Mark::kVariable] = mark_.value;
    return program;
  }

  // A program that says it has begun, and then takes for ever.
  std::string stuck_program() const {
    const std::string path = folder_.write(
        "stuck.sh", "#!/bin/sh\ntouch '" + (folder_ / "begun") + "'\nexec sleep 1000\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  bool is_stuck() const { return std::filesystem::exists(folder_ / "begun"); }

  std::string out() const { return folder_ / "results"; }
  std::string file(const std::string& name) const { return out() + "/" + name; }
  bool has(const std::string& name) const { return std::filesystem::exists(file(name)); }
  nlohmann::json told(const std::string& name) const {
    return nlohmann::json::parse(read_bytes(file(name)));
  }
  // Puts a file of other text into its folder.
  void put(const std::string& name, const std::string& text) const {
    folder_.write("results/" + name, text);
  }

  // Lines of its runs.jsonl, the header among them.
  std::vector<std::string> lines() const {
    return has("runs.jsonl") ? lines_of(read_bytes(file("runs.jsonl")))
                             : std::vector<std::string>();
  }
  std::vector<nlohmann::json> runs() const {
    std::vector<nlohmann::json> all;
    for (const std::string& line : lines()) all.push_back(nlohmann::json::parse(line));
    all.erase(all.begin());
    return all;
  }

  // To every process of it at once, as a terminal and a service manager do.
  void send_to_all(int signal) const {
    for (const pid_t process : processes_with(mark_)) ::kill(process, signal);
  }
  bool leaves_nothing() const {
    return eventually([this] { return processes_with(mark_).empty(); });
  }

 private:
  std::string command_;
  TemporaryFolder folder_;
  Mark mark_ = Mark::make();
};

inline ProgramEnd run_job(const Program& program) {
  return RunningProgram(program).wait(kLongestJob);
}

inline std::string with_dtmf_model(const std::string& config) {
  return "model: " + dtmf_model() + "\n" + config;
}

}  // namespace rookery::e2e
