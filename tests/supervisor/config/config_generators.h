// RapidCheck generators of valid configurations. Every field varies, so that a round trip shows
// that every field has its key.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rookery/run_config.h"
#include "supervisor/config/config_keys.h"
#include "supervisor/utf8.h"

namespace rookery {

// Whole numbers from low to high, both included.
inline std::int32_t any_whole(std::int32_t low, std::int32_t high) {
  return *rc::gen::inRange(low, high + 1);
}

// Numbers from low to high that need all digits of a double.
inline double any_real(double low, double high) {
  return low + (high - low) * (any_whole(0, 1'000'000) / 1e6);
}

inline std::string any_path() { return *rc::gen::arbitrary<std::string>(); }

inline std::string any_label() {
  std::string label = *rc::gen::arbitrary<std::string>();
  return is_utf8(label) ? label : "null";
}

inline PostprocessConfig any_postprocess() {
  PostprocessConfig postprocess;
  postprocess.threshold = any_real(-1e6, 1e6);
  for (int i = any_whole(0, 3); i > 0; --i) {
    postprocess.label_thresholds[any_label()] = any_real(-1e6, 1e6);
  }
  postprocess.threshold_off = *rc::gen::element(-1.0, 0.0, 0.1, any_real(0, 1e6));
  postprocess.top_k = any_whole(0, 100'000);
  postprocess.smooth_segments = 2 * any_whole(0, 100) + 1;
  postprocess.merge = *rc::gen::arbitrary<bool>();
  postprocess.merge_gap_seconds = any_real(0, 86400);
  postprocess.min_duration_seconds = any_real(0, 86400);
  postprocess.min_gap_seconds = any_real(0, 86400);
  return postprocess;
}

inline ResultSettings any_result_settings() {
  ResultSettings results;
  results.batch_size = any_whole(1, 4096);
  results.batch_mix = *rc::gen::arbitrary<bool>();
  results.intra_op = any_whole(1, 1024);
  results.openmp = *rc::gen::element<std::string>("libgomp", "libomp");
  results.channel = *rc::gen::element<std::string>("mix", "1", "2", "8");
  results.resampler = *rc::gen::element<std::string>("lq", "mq", "hq", "vhq");
  results.postprocess = any_postprocess();
  return results;
}

inline std::vector<std::string> any_formats() {
  std::vector<std::string> formats;
  for (const std::string& name : format_names()) {
    if (*rc::gen::arbitrary<bool>()) formats.push_back(name);
  }
  return formats;
}

inline SpeedSettings any_speed_settings() {
  SpeedSettings speed;
  speed.engine = *rc::gen::element(EngineKind::kProcesses, EngineKind::kThreads);
  speed.start = *rc::gen::element(StartKind::kFork, StartKind::kSpawn);
  speed.weights = *rc::gen::element(WeightsKind::kShared, WeightsKind::kPrivate);
  speed.workers = any_whole(0, 4096);
  speed.pin = *rc::gen::arbitrary<bool>();
  speed.oversubscribe = *rc::gen::arbitrary<bool>();
  speed.inter_op = any_whole(1, 1024);
  speed.allocator = *rc::gen::elementOf(allocator_names());
  if (*rc::gen::arbitrary<bool>()) {
    speed.environment[*rc::gen::element<std::string>("A", "_b2", "MALLOC_CONF")] =
        *rc::gen::element<std::string>("", "2", "x: {y}", "café #1");
  }
  speed.sandbox = *rc::gen::element(SandboxKind::kOn, SandboxKind::kReadAll, SandboxKind::kOff);
  speed.decode_ahead = *rc::gen::arbitrary<bool>();
  speed.spread_models = *rc::gen::arbitrary<bool>();
  speed.prefetch = any_whole(1, 64);
  speed.task_seconds = any_real(0.001, 10);
  speed.max_unreleased_segments = any_whole(1, 100'000'000);
  speed.alive_timeout_seconds = any_real(0.01, 86400);
  speed.ready_timeout_seconds = any_real(0.01, 86400);
  speed.formats = any_formats();
  speed.timestamps =
      *rc::gen::element<std::string>("none", "filename=%Y%j", "filename=\"%Y: #%m%d");
  speed.test_delay_ms = any_whole(0, 60'000);
  return speed;
}

inline RunConfig any_config() {
  RunConfig config;
  for (int i = any_whole(0, 3); i > 0; --i) config.models.push_back(any_path());
  for (int i = any_whole(0, 3); i > 0; --i) {
    config.model_digests.push_back(
        *rc::gen::container<std::string>(64, rc::gen::elementOf(std::string("0123456789abcdef"))));
  }
  config.ensemble = *rc::gen::arbitrary<bool>();
  config.out = any_path();
  for (int i = any_whole(0, 3); i > 0; --i) config.inputs.push_back(any_path());
  config.results = any_result_settings();
  config.speed = any_speed_settings();
  return config;
}

}  // namespace rookery
