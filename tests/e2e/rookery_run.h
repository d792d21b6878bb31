// `rookery run` as these tests call it, and what it leaves in its output folder.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/e2e/program.h"
#include "tests/e2e/recordings.h"

namespace rookery::e2e {

using Arguments = std::vector<std::string>;

inline Program rookery(const Arguments& arguments) {
  Program program;
  program.command = {ROOKERY_BIN_DIR "/rookery"};
  program.command.insert(program.command.end(), arguments.begin(), arguments.end());
  return program;
}

// What tools/bootstrap/data.sh makes for tests.
inline std::string test_data(const std::string& name) {
  const std::string path = ROOKERY_TEST_DATA "/" + name;
  if (!std::filesystem::exists(path)) {
    throw std::runtime_error(path + " is missing; ./bootstrap.sh test makes it");
  }
  return path;
}

inline std::string dtmf_model() { return test_data("dtmf-model"); }
inline std::string silero_model() { return test_data("silero-model"); }

inline Program run_command(const std::string& model, const std::string& out,
                           const Arguments& inputs, const Arguments& more = {}) {
  Arguments arguments = {"run", "--model", model, "--out", out};
  arguments.insert(arguments.end(), more.begin(), more.end());
  arguments.insert(arguments.end(), inputs.begin(), inputs.end());
  return rookery(arguments);
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

inline std::vector<nlohmann::json> json_lines(const std::string& path) {
  std::vector<nlohmann::json> rows;
  for (const std::string& line : lines_of(read_bytes(path))) {
    rows.push_back(nlohmann::json::parse(line));
  }
  return rows;
}

inline std::string detections(const std::string& out) {
  return read_bytes(out + "/detections.jsonl");
}

}  // namespace rookery::e2e
