// Recordings damaged at random, in every way that a worker reads one: none of them ends a worker,
// and each ends once, as done, done with gaps or failed with a reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::HasSubstr;

struct Source {
  std::string suffix;
  AudioKind kind = {};
  std::string encode = {};  // by the ffmpeg program; empty: by libsndfile
};

const std::vector<Source>& sources() {
  static const std::vector<Source> kAll = {
      {".wav", {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 2}},
      {".f.wav", {SF_FORMAT_WAV | SF_FORMAT_FLOAT, 16'000, 1}},
      {".ms.wav", {SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, 8000, 1}},
      {".w64", {SF_FORMAT_W64 | SF_FORMAT_PCM_24, 8000, 1}},
      {".aiff", {SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 8000, 1}},
      {".alac.caf", {SF_FORMAT_CAF | SF_FORMAT_ALAC_16, 8000, 2}},
      {".flac", {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 8000, 2}},
      {".mp3", {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 16'000, 1}},
      {".ogg", {SF_FORMAT_OGG | SF_FORMAT_VORBIS, 16'000, 1}},
      {".opus", {SF_FORMAT_OGG | SF_FORMAT_OPUS, 16'000, 1}},
      {".m4a", {}, "-c:a aac"},
      {".mkv", {}, "-c:a libvorbis"},
      {".wma", {}, "-c:a wmav2"},
      {".wv", {}, "-c:a wavpack"},
  };
  return kAll;
}

constexpr int kDamagedOfEach = 20;
constexpr double kSeconds = 1.3;

std::string sound_bytes(const Source& source, const TemporaryFolder& folder) {
  const std::string path = folder / ("sound" + source.suffix);
  if (source.encode.empty()) {
    write_audio(path, source.kind, dialled_digits(kSeconds, source.kind.sample_rate, 1));
    return read_bytes(path);
  }
  write_digits(folder / "sound-in.wav", kSeconds);
  Program encoder{{"ffmpeg", "-nostdin", "-v", "error", "-y", "-i", folder / "sound-in.wav"}};
  std::istringstream words(source.encode);
  for (std::string word; words >> word;) encoder.command.push_back(word);
  encoder.command.push_back(path);
  const ProgramEnd end = run(encoder);
  EXPECT_EQ(end.exit_code, 0) << end.err;
  return read_bytes(path);
}

// Headers and the tables in them lie at the begin, so that a half of all damage is done there.
std::size_t any_place(const std::string& bytes, std::mt19937& random) {
  const std::size_t end =
      random() % 2 == 0 ? std::min<std::size_t>(bytes.size(), 256) : bytes.size();
  return random() % end;
}

void damage(std::string& bytes, std::mt19937& random) {
  static constexpr std::array<char, 6> kExtremes = {'\0', '\1', '\x7f', '\x80', '\xfe', '\xff'};
  const std::size_t place = any_place(bytes, random);
  const std::size_t length = std::min<std::size_t>(1 + random() % 64, bytes.size() - place);
  switch (random() % 5) {
    case 0:
      bytes[place] = static_cast<char>(random());
      return;
    case 1:
      std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(place),
                  std::min<std::size_t>(length, 4), kExtremes.at(random() % kExtremes.size()));
      return;
    case 2:
      bytes.erase(place, length);
      return;
    case 3:
      bytes.insert(any_place(bytes, random), bytes.substr(place, length));
      return;
    default:
      bytes.resize(1 + random() % bytes.size());
  }
}

// Returns how many.
int write_damaged(const std::string& folder, const TemporaryFolder& scratch) {
  std::mt19937 random(5);
  std::filesystem::create_directories(folder);
  int count = 0;
  for (const Source& source : sources()) {
    const std::string sound = sound_bytes(source, scratch);
    for (int i = 0; i < kDamagedOfEach; ++i) {
      std::string bytes = sound;
      for (auto times = 1 + random() % 3; times > 0 && !bytes.empty(); --times) {
        damage(bytes, random);
      }
      write_bytes(folder + "/" + std::to_string(count++) + source.suffix, bytes);
    }
  }
  return count;
}

// How often each recording has a row of this status in errors.jsonl.
std::map<std::string, int> rows_of(const std::string& out, const std::string& status) {
  std::map<std::string, int> rows;
  for (const auto& row : json_lines(out + "/errors.jsonl")) {
    if (row["status"] == status) ++rows[row["recording"]];
    EXPECT_GT(std::string(row["reason"]).size(), 10U) << row;
    // "forward": of finite samples so large that the model makes no number of them.
    EXPECT_THAT((std::set<std::string>{"open", "probe", "decode", "forward"}),
                ::testing::Contains(std::string(row["stage"])))
        << row;
  }
  return rows;
}

class DamagedRecordings : public ::testing::TestWithParam<std::string> {};

TEST_P(DamagedRecordings, EndNoWorkerAndEachEndsOnce) {
  const TemporaryFolder folder;
  const int damaged = write_damaged(folder / "in", folder);
  write_digits(folder / "in/good.wav", kSeconds);
  const std::string out = folder / "out";
  std::filesystem::create_directory(folder.path() / "metrics");
  const ProgramEnd end =
      run(run_command(dtmf_model(), out, {folder / "in"},
                      {"--engine", GetParam(), "--metrics", folder / "metrics/run.prom"}));
  ASSERT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(read_bytes(folder / "metrics/run.prom"),
              HasSubstr("rookery_run_worker_deaths{output=\"" + out + "\"} 0\n"));

  const auto summary = nlohmann::json::parse(read_bytes(out + "/summary.json"));
  const auto& recordings = summary["recordings"];
  const auto failed = rows_of(out, "failed");
  const auto gaps = rows_of(out, "gap");
  EXPECT_EQ(recordings["pending"], 0);
  EXPECT_EQ(recordings["failed"], failed.size());
  EXPECT_EQ(recordings["done_with_gaps"], gaps.size());
  EXPECT_EQ(int(recordings["done"]) + int(recordings["done_with_gaps"]) + int(recordings["failed"]),
            damaged + 1);
  for (const auto& [recording, count] : failed) EXPECT_EQ(count, 1) << recording;
  EXPECT_FALSE(failed.contains("in/good.wav"));
  // Not all of it is refused at the door.
  EXPECT_GT(int(recordings["done"]), damaged / 5) << recordings;
  EXPECT_GT(gaps.size(), 5U) << recordings;
  EXPECT_GT(failed.size(), static_cast<std::size_t>(damaged) / 10) << recordings;
}

INSTANTIATE_TEST_SUITE_P(Engines, DamagedRecordings, ::testing::Values("processes", "threads"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace rookery::e2e
