// A journal that was damaged between two runs is told, with what to do; nothing is wiped; and after
// `rookery status --repair` the next run makes the output that it would have been.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <ostream>

#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct Damage {
  const char* name;
  std::function<void(const std::string& journal)> inflict;

  friend void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }
};

void overwrite(const std::string& path, double from, double to) {
  std::string bytes = read_bytes(path);
  const auto size = static_cast<double>(bytes.size());
  for (auto at = static_cast<std::size_t>(from * size); at < static_cast<std::size_t>(to * size);
       ++at) {
    bytes[at] = static_cast<char>(at * 31);
  }
  write_bytes(path, bytes);
}

// An output folder that is done, with many rows in its journal.
class DamagedJournal : public ::testing::TestWithParam<Damage> {
 protected:
  void SetUp() override {
    fs::create_directory(folder_.path() / "in");
    for (std::uint32_t number = 0; number < 6; ++number) {
      write_digits(folder_ / ("in/" + std::to_string(number) + ".wav"), 120, number + 1);
    }
    const ProgramEnd end = run(command());
    ASSERT_EQ(end.exit_code, 0) << end.err;
    expected_ = detections(out());
  }

  std::string out() const { return folder_ / "out"; }
  std::string journal() const { return out() + "/journal.sqlite"; }
  Program command(const Arguments& more = {}) const {
    return run_command(dtmf_model(), out(), {folder_ / "in"}, more);
  }
  const std::string& expected() const { return expected_; }

 private:
  TemporaryFolder folder_;
  std::string expected_;
};

TEST_P(DamagedJournal, IsToldAndRepairedAndTheNextRunMakesTheSameOutput) {
  GetParam().inflict(journal());
  const std::string damaged = fs::exists(journal()) ? read_bytes(journal()) : "";
  for (const Program& program :
       {command(), rookery({"export", out()}), rookery({"status", "--json", out()})}) {
    const ProgramEnd end = run(program);
    if (end.exit_code == 0) continue;  // it did not come by the damage
    EXPECT_EQ(end.exit_code, 3) << end.err;
    EXPECT_THAT(end.err, HasSubstr(journal()));
    EXPECT_THAT(end.err, HasSubstr("rookery status --repair " + out()));
  }
  const ProgramEnd repair = run(rookery({"status", "--repair", out()}));
  ASSERT_EQ(repair.exit_code, 0) << repair.err;
  EXPECT_THAT(repair.out, HasSubstr(journal() + ".damaged-1"));
  EXPECT_TRUE(fs::exists(journal() + ".damaged-1"));
  const ProgramEnd again = run(command());
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_TRUE(detections(out()) == expected());
}

INSTANTIATE_TEST_SUITE_P(
    , DamagedJournal,
    ::testing::Values(
        Damage{"CutInHalf",
               [](const auto& path) { fs::resize_file(path, fs::file_size(path) / 2); }},
        Damage{"OverwrittenInTheMiddle", [](const auto& path) { overwrite(path, 0.4, 0.5); }},
        Damage{"WithoutItsBeginning", [](const auto& path) { overwrite(path, 0, 0.1); }},
        Damage{"NoDatabase", [](const auto& path) { write_bytes(path, "a letter to my aunt\n"); }},
        Damage{
            "AllZeros",
            [](const auto& path) { write_bytes(path, std::string(fs::file_size(path), '\0')); }}),
    [](const auto& instance) { return instance.param.name; });

struct LostJournal : DamagedJournal {};

TEST_P(LostJournal, IsToldAndOnlyBeginningAfreshStartsOver) {
  GetParam().inflict(journal());
  const ProgramEnd refused = run(command());
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, HasSubstr(journal() + " is gone or empty"));
  EXPECT_THAT(refused.err, HasSubstr("--fresh"));
  EXPECT_TRUE(detections(out()) == expected()) << "nothing is wiped";
  EXPECT_NE(run(rookery({"status", out()})).exit_code, 0);
  EXPECT_NE(run(rookery({"export", out()})).exit_code, 0);
  EXPECT_TRUE(detections(out()) == expected());
  const ProgramEnd fresh = run(command({"--fresh"}));
  EXPECT_EQ(fresh.exit_code, 0) << fresh.err;
  EXPECT_TRUE(detections(out()) == expected());
  EXPECT_TRUE(detections(out() + ".old-1") == expected());
}

INSTANTIATE_TEST_SUITE_P(
    , LostJournal,
    ::testing::Values(Damage{"Gone", [](const auto& path) { fs::remove(path); }},
                      Damage{"Empty", [](const auto& path) { write_bytes(path, ""); }}),
    [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace rookery::e2e
