// The edges of bench: audio that is made, processes and memory that are watched.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "rookery/unique_fd.h"
#include "supervisor/bench/cell_audio.h"
#include "supervisor/bench/generated_audio.h"
#include "supervisor/bench/measured_process.h"
#include "supervisor/bench/memory_json.h"
#include "supervisor/bench/memory_sampling.h"
#include "supervisor/bench/page_cache.h"
#include "supervisor/host/process_memory.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::SizeIs;

std::string bytes_of(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

const AudioOrder kShort = {2, 24'000, 8000, 2, 7};

TEST(GeneratedAudio, IsWavOfTheLengthAskedFor) {
  const TemporaryFolder folder;
  const auto paths = generate_audio(kShort, folder / "inputs");
  ASSERT_TRUE(paths.ok());
  ASSERT_THAT(*paths, SizeIs(2));
  const std::string bytes = bytes_of(paths->front());
  constexpr std::size_t data_bytes =
      std::size_t{3} * 8000 * 2 * 2;  // seconds, rate, channels, bytes
  EXPECT_EQ(bytes.size(), 44 + data_bytes);
  EXPECT_EQ(bytes.substr(0, 4), "RIFF");
  EXPECT_EQ(bytes.substr(8, 8), "WAVEfmt ");
}

TEST(GeneratedAudio, StopsWhenToldAndLeavesNothingHalfMade) {
  const TemporaryFolder folder;
  constexpr int asked_of_each = 1'000'000 / 16'384;  // once for so many frames
  int asked = 0;
  const auto made = generate_audio({2, 1'000'000, 8000, 1, 7}, folder / "inputs",
                                   [&] { return ++asked > asked_of_each + 3; });
  EXPECT_FALSE(made.ok());
  EXPECT_EQ(asked, asked_of_each + 4) << "it went on";
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "inputs")) {
    names.push_back(entry.path().filename());
  }
  EXPECT_THAT(names, ElementsAre("recording-00001.wav"));
}

TEST(GeneratedAudio, IsTheSameForASeedAndAnotherForEachRecordingAndSeed) {
  const TemporaryFolder folder;
  const auto one = generate_audio(kShort, folder / "one");
  const auto again = generate_audio(kShort, folder / "again");
  AudioOrder other = kShort;
  other.seed = 8;
  const auto others = generate_audio(other, folder / "other");
  ASSERT_TRUE(one.ok() && again.ok() && others.ok());
  EXPECT_EQ(bytes_of((*one)[0]), bytes_of((*again)[0]));
  EXPECT_EQ(bytes_of((*one)[1]), bytes_of((*again)[1]));
  EXPECT_NE(bytes_of((*one)[0]), bytes_of((*one)[1]));
  EXPECT_NE(bytes_of((*one)[0]), bytes_of((*others)[0]));
}

TEST(GeneratedAudio, IsMadeOnce) {
  const TemporaryFolder folder;
  const auto paths = generate_audio(kShort, folder.path());
  ASSERT_TRUE(paths.ok());
  std::ofstream(paths->front()) << "as it was";
  ASSERT_TRUE(generate_audio(kShort, folder.path()).ok());
  EXPECT_EQ(bytes_of(paths->front()), "as it was");
}

TEST(GeneratedAudio, RefusesWhatAWavFileCannotHold) {
  const TemporaryFolder folder;
  EXPECT_FALSE(generate_audio({1, 1LL << 31, 384'000, 2, 1}, folder.path()).ok());
}

// What the planner makes of the audio must be that many batches, to the sample.
TEST(AudioOfBatches, HoldsJustSoManyFullBatches) {
  SegmentGeometry geometry;
  geometry.sample_rate = 16'000;
  geometry.window = 512;
  geometry.hop = 256;
  GeneratedAudio audio;
  audio.minutes = 0.001;
  audio.batches = 3;
  const AudioOrder order = audio_order(audio, geometry, 32);
  EXPECT_EQ(order.sample_rate, 16'000);
  EXPECT_EQ(order.frames, 512 + (3 * 32 - 1) * 256);
}

TEST(AudioOfBatches, IsAsLongAsAskedForIfThatIsMore) {
  SegmentGeometry geometry;
  geometry.sample_rate = 16'000;
  geometry.window = geometry.hop = 8;
  GeneratedAudio audio;
  audio.minutes = 0.5;
  audio.batches = 3;
  EXPECT_EQ(audio_order(audio, geometry, 4).frames, 30 * 16'000);
}

MeasuredProcess start(const std::string& script, int output) {
  auto process = MeasuredProcess::start({"/bin/sh", "-c", script}, output);
  if (!process) throw std::runtime_error(to_string(process.error()));
  return std::move(*process);
}

// Grandchildren that are waited for count: a run's workers are the children of its fork server.
TEST(MeasuredProcess, TellsWhatTheWholeTreeUsed) {
  const std::string busy =
      R"(sh -c 'sh -c "i=0; while [ \$i -lt 200000 ]; do i=\$((i+1)); done"; exit 0'; exit 5)";
  MeasuredProcess process = start(busy, STDERR_FILENO);
  const ProcessEnd end = process.wait();
  EXPECT_EQ(WEXITSTATUS(end.wait_status), 5);
  EXPECT_GT(end.usage.ru_utime.tv_sec * 1'000'000 + end.usage.ru_utime.tv_usec, 10'000);
  EXPECT_GT(end.usage.ru_minflt, 0);
}

TEST(MeasuredProcess, KeepsWhatItsTreeSays) {
  const TemporaryFolder folder;
  const std::string path = folder.write("said.txt");
  std::FILE* said = std::fopen(path.c_str(), "w");
  start("echo one; echo two >&2", fileno(said)).wait();
  std::fclose(said);
  EXPECT_EQ(bytes_of(path), "one\ntwo\n");
}

TEST(MeasuredProcess, TakesItsWholeGroupWithIt) {
  const TemporaryFolder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  MeasuredProcess process = start("sleep 1000 > " + pipe + " & wait", STDERR_FILENO);
  const int reading = open(pipe.c_str(), O_RDONLY | O_CLOEXEC);  // until the child has it open, too
  process.kill_group();
  process.wait();
  pollfd end{reading, POLLIN, 0};
  EXPECT_EQ(poll(&end, 1, 60'000), 1) << "the grandchild lives";
  EXPECT_NE(end.revents & POLLHUP, 0);
  close(reading);
}

TEST(MemorySampler, SeesTheTreeGrow) {
  const auto start = TimePoint{};
  MemorySampler sampler(getpid(), start);
  sampler.sample(start);
  const std::vector<char> more(64 << 20, 1);
  sampler.sample(start + std::chrono::milliseconds(100));
  ASSERT_THAT(sampler.samples(), SizeIs(2));
  EXPECT_GT(sampler.samples()[1].anonymous_bytes - sampler.samples()[0].anonymous_bytes, 60 << 20);
  EXPECT_GE(sampler.samples()[1].rss_bytes, sampler.samples()[1].anonymous_bytes);
}

TEST(MemorySampler, TellsSharedMemoryFromMemoryOfOnesOwn) {
  MemorySampler sampler(getpid(), TimePoint{});
  sampler.sample(TimePoint{});
  constexpr std::size_t bytes = 64 << 20;
  void* shared = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  sampler.sample(sampler.due());
  ::munmap(shared, bytes);
  const MemorySample& before = sampler.samples()[0];
  const MemorySample& after = sampler.samples()[1];
  EXPECT_GT(*after.shmem_bytes - *before.shmem_bytes, 60 << 20);
  EXPECT_LT(after.anonymous_bytes - before.anonymous_bytes, 4 << 20);
}

TEST(MemorySampler, IsDueTenTimesASecond) {
  const auto start = TimePoint{};
  MemorySampler sampler(getpid(), start);
  sampler.sample(start);
  sampler.sample(start + std::chrono::milliseconds(100));
  EXPECT_EQ(sampler.due(), start + std::chrono::milliseconds(200));
}

TEST(MemorySampler, ReadsPssInOneSampleOfTen) {
  MemorySampler sampler(getpid(), TimePoint{});
  for (int i = 0; i < 20; ++i) sampler.sample(sampler.due());
  std::vector<bool> with_pss;
  for (const MemorySample& sample : sampler.samples())
    with_pss.push_back(sample.pss_bytes.has_value());
  EXPECT_EQ(std::count(with_pss.begin(), with_pss.end(), true), 2);
}

TEST(MemoryMetrics, TakePeaksOfAllAndMeansBehindStartUp) {
  const std::vector<MemorySample> samples = {
      {0, 90, 1, std::nullopt, 5}, {1, 10, 2, 7.0, 8}, {2, 50, 40, 5.0, 6}};
  const Metrics metrics = memory_metrics(samples, 0.5);
  EXPECT_EQ(metrics.at("peak_rss_bytes"), 90);
  EXPECT_EQ(metrics.at("peak_anon_bytes"), 40);
  EXPECT_EQ(metrics.at("peak_pss_bytes"), 7);
  EXPECT_EQ(metrics.at("peak_shmem_bytes"), 8);
  EXPECT_EQ(metrics.at("peak_file_bytes"), 84) << "what is neither anonymous nor shared memory";
  EXPECT_EQ(metrics.at("mean_rss_bytes"), 30);
  EXPECT_EQ(metrics.at("mean_anon_bytes"), 21);
  EXPECT_EQ(memory_metrics(samples, 99).at("mean_rss_bytes"), 50) << "the last one stands for it";
}

// A worker that is forked has pages of its server, which are there once.
TEST(MemoryMetrics, TakeNothingThatAForkAddsToRssAnonForMemory) {
  const std::vector<MemorySample> samples = {
      {0, 0, 100, 130.0}, {1, 0, 205, {}}, {2, 0, 205, {}}, {3, 0, 210, 140.0}, {4, 0, 220, {}}};
  EXPECT_EQ(memory_metrics(samples, 1.5).at("peak_pss_bytes"), 150);
}

TEST(MemoryMetrics, LeaveThePeakToTheSummaryWhereWorkIsOverBeforeAReading) {
  const std::vector<MemorySample> samples = {{0, 0, 100, 130.0}, {1, 0, 205, {}}};
  Metrics metrics = {{"start_up_seconds", 0.5}, {"peak_pss_bytes", 400}};
  take_memory(samples, metrics);
  EXPECT_EQ(metrics["peak_pss_bytes"], 400);
  EXPECT_EQ(metrics["peak_anon_bytes"], 205);
}

TEST(MemoryMetrics, FindAPeakOfPssBetweenItsReadings) {
  const auto peak = [](const std::vector<MemorySample>& samples) {
    return memory_metrics(samples, 0).at("peak_pss_bytes");
  };
  EXPECT_EQ(peak({{0, 0, 100, 130.0}, {1, 0, 150, {}}, {2, 0, 90, {}}, {3, 0, 120, 145.0}}), 180);
  EXPECT_EQ(peak({{0, 0, 300, {}}, {1, 0, 100, 130.0}}), 330) << "before the first reading";
  const std::vector<MemorySample> without = {{0, 0, 300, {}}, {1, 0, 100, {}}};
  EXPECT_FALSE(memory_metrics(without, 0).contains("peak_pss_bytes"));
}

TEST(MemoryMetrics, OfRunsBeforeSharedMemoryWasSampledClaimNothingOfIt) {
  const auto samples = memory_of(nlohmann::ordered_json::parse("[[0, 90, 10, null]]"));
  const Metrics metrics = memory_metrics(samples, 0);
  EXPECT_EQ(metrics.at("peak_rss_bytes"), 90);
  EXPECT_FALSE(metrics.contains("peak_shmem_bytes"));
  EXPECT_FALSE(metrics.contains("peak_file_bytes"));
}

// How many pages of a file the kernel holds.
std::size_t pages_held(const std::string& path) {
  const std::size_t size = std::filesystem::file_size(path);
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd.get(), 0);
  if (mapped == MAP_FAILED) return 0;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> held((size + page - 1) / page);
  EXPECT_EQ(::mincore(mapped, size, held.data()), 0);
  ::munmap(mapped, size);
  return static_cast<std::size_t>(
      std::count_if(held.begin(), held.end(), [](unsigned char one) { return (one & 1) != 0; }));
}

// Not in the folder for temporary files, which may be in memory only.
class PageCache : public ::testing::Test {
 protected:
  PageCache() {
    std::filesystem::create_directories(folder_ + "/within");
    for (const std::string& path : paths_) std::ofstream(path) << std::string(1 << 20, 'x');
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // What is held of both files, once `inputs` are dropped.
  std::vector<std::size_t> held_without(const std::vector<std::string>& inputs) const {
    for (const std::string& path : paths_) bytes_of(path);
    for (const std::string& path : paths_) EXPECT_GT(pages_held(path), 0U);
    drop_from_page_cache(inputs);
    return {pages_held(paths_[0]), pages_held(paths_[1])};
  }

  const std::string folder_ =
      std::string(ROOKERY_TEST_DATA) + "/page-cache-" + std::to_string(::getpid());
  const std::vector<std::string> paths_ = {folder_ + "/one.wav", folder_ + "/within/two.wav"};
};

TEST_F(PageCache, ForgetsTheRecordingsOfFilesFoldersAndGlobs) {
  EXPECT_THAT(held_without({folder_}), Each(0U));
  EXPECT_THAT(held_without(paths_), Each(0U));
  EXPECT_THAT(held_without({folder_ + "/*.wav"}), ElementsAre(0U, Gt(0U)));
  EXPECT_THAT(held_without({folder_ + "/*.wav", folder_ + "/wit*/*"}), Each(0U));
}

}  // namespace
}  // namespace rookery
