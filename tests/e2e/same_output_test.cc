// Invariant 1: what comes out is a function of recording, model and result-shaping settings alone.
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "supervisor/exports/export.h"
#include "supervisor/host/allocator_presets.h"
#include "tests/e2e/rookery_run.h"
#include "tests/e2e/settings_matrix.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

const Axis kEngines{"engine", {{"--engine", "processes"}, {"--engine", "threads"}}};
const Axis kStarts{"start", {{"--start", "fork"}, {"--start", "spawn"}}};
const Axis kWeights{"weights", {{"--weights", "shared"}, {"--weights", "private"}}};
const Axis kWorkers{
    "workers", {{"--workers", "1"}, {"--workers", "2"}, {"--workers", "3"}, {"--workers", "8"}}};
const Axis kAllocators = [] {
  Axis axis{"allocator", {}};
  for (const AllocatorPreset& preset : allocator_presets()) {
    axis.values.push_back({"--allocator", preset.name});
  }
  return axis;
}();
// Tasks that end late and out of order, and tasks of one batch or of as many as there are.
const Axis kShuffles{"shuffle",
                     {{},
                      {"--set", "test_delay_ms=20", "--set", "task_seconds=0.001"},
                      {"--set", "task_seconds=10", "--set", "prefetch=7"}}};

// With a second thread in each worker, and where it does not share the worker's core.
const Axis kReadsAhead{
    "ahead",
    {{},
     {"--set", "decode_ahead=true"},
     {"--set", "decode_ahead=true", "--set", "task_seconds=10", "--set", "pin=false"}}};
const Axis kSpreads{"spread", {{}, {"--set", "spread_models=true"}}};

// Lengths, rates, formats and channels of every sort, shorter than a window and longer than a
// resampler's block; some 2 minutes in all.
void write_all_sorts(const TemporaryFolder& folder) {
  const auto write = [&](const char* name, double seconds, const AudioKind& kind) {
    const auto seed = static_cast<std::uint32_t>(seconds * 100);
    write_audio(folder / name, kind, dialled_digits(seconds, kind.sample_rate, seed));
  };
  std::filesystem::create_directories(folder.path() / "deeper" / "still");
  write("a.wav", 37.35, {});
  write("b.flac", 21.0, {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44'100, 2});
  write("c.ogg", 12.8, {SF_FORMAT_OGG | SF_FORMAT_VORBIS, 16'000, 1});
  write("d.opus", 9.1, {SF_FORMAT_OGG | SF_FORMAT_OPUS, 48'000, 2});
  write("deeper/e.wav", 3.0, {SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48'000, 6});
  write("deeper/f.aiff", 8.05, {SF_FORMAT_AIFF | SF_FORMAT_PCM_24, 11'025, 1});
  write("deeper/still/g.mp3", 15.5, {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 22'050, 2});
  write("shorter-than-a-window.wav", 0.05, {});
  write("tail-of-half-a-window.wav", 1.15, {});
  write("z.w64", 18.0, {SF_FORMAT_W64 | SF_FORMAT_PCM_32, 8'000, 1});
}

void write_a_few_sorts(const TemporaryFolder& folder) {
  write_digits(folder / "a.wav", 7.35, 1);
  write_audio(folder / "b.flac", {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44'100, 2},
              dialled_digits(9.8, 44'100, 2));
  write_digits(folder / "shorter-than-a-window.wav", 0.05, 3);
}

// The words that ask for every format, or for those that can tell a channel.
Arguments all_formats(bool each_channel = false) {
  Arguments names;
  for (const ExportFormat& format : export_formats()) {
    if (format.tells_channel || !each_channel) names.emplace_back(format.name);
  }
  return {"--format", fmt::format("{}", fmt::join(names, ","))};
}

Arguments operator+(Arguments words, const Arguments& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Every file but those that tell of the run itself, by its path in the output folder.
using Outputs = std::map<std::string, std::string>;

Outputs exports_in(const std::string& folder) {
  const std::set<std::string> of_the_run = {"run.yaml", "summary.json", ".rookery-lock"};
  Outputs outputs;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    const bool told = of_the_run.contains(name) || name.starts_with("journal.sqlite");
    if (!entry.is_regular_file() || told) continue;
    outputs[std::filesystem::relative(entry.path(), folder)] = read_bytes(entry.path());
  }
  return outputs;
}

// What shapes the bytes.
struct Job {
  Arguments models;
  std::string input;
  Arguments shaping = {};
};

Outputs outputs_of_run(const Job& job, const Arguments& words) {
  const TemporaryFolder folder;
  const std::string out = folder / "out";
  Arguments arguments = {"run", "--out", out, "--oversubscribe"};
  for (const std::string& model : job.models) arguments = arguments + Arguments{"--model", model};
  const ProgramEnd end = run(rookery(arguments + job.shaping + words + Arguments{job.input}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  return exports_in(out);
}

// Pairs of settings; with ROOKERY_FULL_MATRIX=1 all there are, which takes hours.
std::vector<Setting> settings_to_try(const std::vector<Axis>& axes) {
  return std::getenv("ROOKERY_FULL_MATRIX") != nullptr ? every_combination(axes) : every_pair(axes);
}

// Not EXPECT_EQ: thousands of lines would be printed.
void expect_same_outputs(const Job& job, const std::vector<Axis>& axes) {
  const Outputs expected = outputs_of_run(job, {"--workers", "1", "--engine", "threads"});
  std::size_t bytes = 0;
  for (const auto& [name, content] : expected) bytes += content.size();
  ASSERT_GT(bytes, 1000U);
  for (const Setting& setting : settings_to_try(axes)) {
    const Arguments words = words_of(axes, setting);
    EXPECT_TRUE(outputs_of_run(job, words) == expected)
        << fmt::format("other bytes with {}", fmt::join(words, " "));
  }
}

const std::vector<Axis> kHosting = {kEngines, kStarts, kWeights, kWorkers, kShuffles, kReadsAhead};
const Arguments kKeepFrames = {"--set", "postprocess.keep_frames=true"};

TEST(SameOutput, TagsAreTheSameBytesHoweverTheyAreMade) {
  const TemporaryFolder recordings;
  write_all_sorts(recordings);
  expect_same_outputs({{dtmf_model()}, recordings.path().string(), all_formats()},
                      {kEngines, kStarts, kWeights, kWorkers, kAllocators, kShuffles, kReadsAhead});
}

TEST(SameOutput, TagsOfEachChannelAreTheSameBytesHoweverTheyAreMade) {
  const TemporaryFolder recordings;
  write_a_few_sorts(recordings);
  expect_same_outputs({{dtmf_model()},
                       recordings.path().string(),
                       all_formats(true) + Arguments{"--channel", "each"}},
                      kHosting);
}

TEST(SameOutput, FramesOfARealModelAreTheSameBytesHoweverTheyAreMade) {
  expect_same_outputs({{silero_model()},
                       test_data("speech/recordings"),
                       all_formats() + kKeepFrames + Arguments{"--batch", "2"}},
                      kHosting);
}

TEST(SameOutput, AStateIsHandedOnToTheSameBytesHoweverTheyAreMade) {
  expect_same_outputs({{test_data("silero-carry-model")},
                       test_data("speech/recordings"),
                       all_formats() + kKeepFrames},
                      kHosting);
}

TEST(SameOutput, WordsOfATranscriptAreTheSameBytesHoweverTheyAreMade) {
  const TemporaryFolder recordings;
  write_a_few_sorts(recordings);
  expect_same_outputs({{test_data("dtmf-ctc-model")}, recordings.path().string(), all_formats()},
                      kHosting);
}

TEST(SameOutput, WordsOfABeamSearchAreTheSameBytesHoweverTheyAreMade) {
  const TemporaryFolder recordings;
  write_all_sorts(recordings);
  expect_same_outputs({{test_data("dtmf-ctc-model")},
                       recordings.path().string(),
                       all_formats() + Arguments{"--set", "postprocess.decoder=beam"}},
                      kHosting);
}

TEST(SameOutput, EmbeddingsAreTheSameBytesHoweverTheyAreMade) {
  const TemporaryFolder recordings;
  write_all_sorts(recordings);
  expect_same_outputs(
      {{test_data("dtmf-embedding-model")}, recordings.path().string(), all_formats()}, kHosting);
}

TEST(SameOutput, SeveralModelsGiveTheSameBytesHoweverTheyAreMade) {
  const TemporaryFolder recordings;
  write_a_few_sorts(recordings);
  std::vector<Axis> axes = kHosting;
  axes.push_back(kSpreads);
  expect_same_outputs(
      {{dtmf_model(), test_data("dtmf-ctc-model")}, recordings.path().string(), all_formats()},
      axes);
}

TEST(SameOutput, APackageGivesTheSameBytesHoweverTheyAreMade) {
  const TemporaryFolder folder;
  const TemporaryFolder recordings;
  write_a_few_sorts(recordings);
  const std::string package = folder / "package";
  const ProgramEnd made = run(rookery({"prepare", test_data("models/channels_last"), "--out",
                                       package, "--format", "aoti", "--batch", "3"}));
  ASSERT_EQ(made.exit_code, 0) << made.err;
  expect_same_outputs({{package},
                       recordings.path().string(),
                       all_formats() + Arguments{"--set", "postprocess.threshold=0", "--set",
                                                 "postprocess.merge=false"}},
                      kHosting);
}

// The axes above are worth something only if settings that do shape results show in the bytes.
TEST(SameOutput, OtherResultShapingSettingsGiveOtherBytes) {
  const TemporaryFolder recordings;
  write_digits(recordings / "a.wav", 5);
  const Job job = {{dtmf_model()}, recordings.path().string()};
  const Outputs merged = outputs_of_run(job, {});
  const Outputs single = outputs_of_run(job, {"--set", "postprocess.merge=false"});
  EXPECT_NE(merged.at("detections.jsonl"), single.at("detections.jsonl"));
}

TEST(SettingsMatrix, HoldsEveryPairAndIsFarSmallerThanTheProduct) {
  const std::vector<Axis> axes = {kEngines, kStarts, kWeights, kWorkers, kAllocators, kShuffles};
  const auto settings = every_pair(axes);
  for (std::size_t a = 0; a < axes.size(); ++a) {
    for (std::size_t b = a + 1; b < axes.size(); ++b) {
      std::set<std::pair<std::size_t, std::size_t>> seen;
      for (const Setting& setting : settings) seen.insert({setting[a], setting[b]});
      EXPECT_EQ(seen.size(), axes[a].values.size() * axes[b].values.size());
    }
  }
  const std::size_t longest = kAllocators.values.size() * kWorkers.values.size();
  EXPECT_LT(settings.size(), longest + longest / 2);
  const auto all = every_combination(axes);
  EXPECT_EQ(all.size(), 8 * kShuffles.values.size() * longest);
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), all.size());
}

}  // namespace
}  // namespace rookery::e2e
