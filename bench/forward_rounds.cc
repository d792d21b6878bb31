// One model's forward, timed on request: bench/forward.py runs it beside other runtimes.
//
// forward_rounds MODEL_FILE INPUT ROWS,… OUTPUT: loads the model as a worker does, runs the batch
// in INPUT (floats) once, writes the output to OUTPUT and prints "ready". Then each line on
// standard input is answered by the milliseconds of CPU that one more forward took.
#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "worker/model.h"
#include "worker/torch_settings.h"

namespace {

std::vector<std::int64_t> parse_shape(const std::string& text) {
  std::vector<std::int64_t> shape;
  std::istringstream stream(text);
  for (std::string size; std::getline(stream, size, ',');) shape.push_back(std::stoll(size));
  return shape;
}

at::Tensor read_batch(const char* file, const std::vector<std::int64_t>& shape) {
  at::Tensor batch = at::empty(shape, at::kFloat);
  std::ifstream stream(file, std::ios::binary);
  stream.read(static_cast<char*>(batch.data_ptr()), static_cast<std::streamsize>(batch.nbytes()));
  if (!stream) throw std::runtime_error(fmt::format("{} is too short", file));
  return batch;
}

void write_output(const char* file, const at::Tensor& output) {
  std::ofstream stream(file, std::ios::binary);
  stream.write(static_cast<const char*>(output.const_data_ptr()),
               static_cast<std::streamsize>(output.nbytes()));
}

double cpu_ms() {
  timespec now = {};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

int run(char** arguments) {
  rookery::set_process_settings(1).value();
  rookery::set_thread_settings(1).value();
  rookery::ModelSettings settings;
  settings.file = arguments[1];
  const auto model = rookery::load_model(settings);
  if (!model) throw std::runtime_error(to_string(model.error()));
  const at::Tensor batch = read_batch(arguments[2], parse_shape(arguments[3]));
  write_output(arguments[4], (*model)->forward(batch).value().output);
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const double started = cpu_ms();
    (*model)->forward(batch).value();
    std::cout << cpu_ms() - started << std::endl;
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) {
    fmt::print(stderr, "usage: forward_rounds MODEL_FILE INPUT ROWS,... OUTPUT\n");
    return 2;
  }
  try {
    return run(arguments);
  } catch (const std::exception& exception) {
    fmt::print(stderr, "forward_rounds: {}\n", exception.what());
    return 3;
  }
}
