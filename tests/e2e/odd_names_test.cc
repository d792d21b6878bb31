// Odd names are no fault: whatever bytes a name is made of, its recording is processed, and its
// name in the outputs can be told from all others and turned back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "supervisor/recording_key.h"
#include "tests/e2e/rookery_run.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using ::testing::ElementsAreArray;

struct OddName {
  std::string name;
  std::string written;  // as in the outputs
};

// In byte order.
const std::vector<OddName>& odd_names() {
  static const std::vector<OddName> kNames = {
      {" leading space.wav", " leading space.wav"},
      {"$(touch x);'\".wav", "$(touch x);'\".wav"},
      {"-dash.wav", "-dash.wav"},
      {"--model.wav", "--model.wav"},
      {"back\\x41slash.wav", "back\\x5cx41slash.wav"},
      {"bytes\xff\xfe.wav", "bytes\\xff\\xfe.wav"},
      {"carriage\rreturn.wav", "carriage\rreturn.wav"},
      {"star*[a-z]?.wav", "star*[a-z]?.wav"},
      {"tab\tcomma,quote\".wav", "tab\tcomma,quote\".wav"},
      {"two\nlines.wav", "two\nlines.wav"},
      {"žluťoučký-鳥-🐦.wav", "žluťoučký-鳥-🐦.wav"},
  };
  return kNames;
}

void write_oddly_named(const std::string& folder) {
  std::filesystem::create_directories(folder);
  for (const OddName& odd : odd_names()) write_digits(folder + "/" + odd.name, 1.0);
}

std::set<std::string> recordings_in(const std::string& out) {
  std::set<std::string> names;
  for (const auto& row : json_lines(out + "/detections.jsonl")) names.insert(row["recording"]);
  return names;
}

std::set<std::string> written_names(const std::string& prefix) {
  std::set<std::string> names;
  for (const OddName& odd : odd_names()) names.insert(prefix + odd.written);
  return names;
}

void expect_all_processed(const Program& program, const std::string& out,
                          const std::string& prefix) {
  const ProgramEnd end = run(program);
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(recordings_in(out), ElementsAreArray(written_names(prefix)));
}

TEST(OddNames, InAFolder) {
  const TemporaryFolder folder;
  write_oddly_named(folder / "odd \xff\n");
  const std::string out = folder / "out";
  const auto program = run_command(dtmf_model(), out, {folder / "odd \xff\n"});
  expect_all_processed(program, out, "odd \\xff\n/");
}

TEST(OddNames, InAListOnStandardInput) {
  const TemporaryFolder folder;
  write_oddly_named(folder / "odd");
  Program program = run_command(dtmf_model(), folder / "out", {"-"}, {"--null"});
  program.directory = folder / "odd";
  for (const OddName& odd : odd_names()) program.standard_input += odd.name + '\0';
  expect_all_processed(program, folder / "out", "");
}

TEST(OddNames, AsArguments) {
  const TemporaryFolder folder;
  write_oddly_named(folder / "odd");
  Arguments inputs = {"--"};
  for (const OddName& odd : odd_names()) inputs.push_back(odd.name);
  Program program = run_command(dtmf_model(), folder / "out", inputs);
  program.directory = folder / "odd";
  expect_all_processed(program, folder / "out", "");
}

// run.yaml holds the inputs' names; given back, it must mean the same files.
TEST(OddNames, ThroughRunYaml) {
  const TemporaryFolder folder;
  write_oddly_named(folder / "odd");
  Arguments inputs = {"--"};
  for (const OddName& odd : odd_names()) inputs.push_back(odd.name);
  Program first = run_command(dtmf_model(), folder / "first", inputs);
  first.directory = folder / "odd";
  ASSERT_EQ(run(first).exit_code, 0);
  Program again =
      rookery({"run", "--config", folder / "first/run.yaml", "--out", folder / "again"});
  again.directory = folder / "odd";
  expect_all_processed(again, folder / "again", "");
}

TEST(OddNames, TurnBackIntoTheirBytes) {
  for (const OddName& odd : odd_names()) EXPECT_EQ(decode_key(odd.written), odd.name);
}

TEST(OddNames, InPerRecordingFiles) {
  const TemporaryFolder folder;
  write_oddly_named(folder / "odd");
  const auto program =
      run_command(dtmf_model(), folder / "out", {folder / "odd"}, {"--format", "audacity"});
  ASSERT_EQ(run(program).exit_code, 0);
  for (const OddName& odd : odd_names()) {
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "out" / "odd" / (odd.name + ".txt")))
        << odd.written;
  }
}

}  // namespace
}  // namespace rookery::e2e
