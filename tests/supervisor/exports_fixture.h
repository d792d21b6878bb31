// A journal in memory with recordings of every state, exported to a temporary folder.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "supervisor/exports/export.h"
#include "tests/fakes/memory_journal.h"
#include "tests/temporary_folder.h"

namespace rookery {

class ExportsTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(journal_.begin_run()); }

  // Ends a recording with the given rows, as done unless told otherwise.
  void add(const std::string& key, const std::vector<Detection>& rows,
           const RecordingOutcome& outcome = {RecordingState::kDone, 60'000'000, {}}) {
    const std::int64_t id = admit(key);
    ASSERT_TRUE(journal_.append(id, rows));
    ASSERT_TRUE(journal_.finish(id, outcome));
  }
  std::int64_t admit(const std::string& key, const FileIdentity& identity = {1, 1}) {
    return journal_.admit({0, key, "/in/" + key}, identity).value().value().id;
  }

  Status write(const std::vector<std::string>& formats) {
    return write_exports(journal_, {labels_, 16'000, times_, each_channel_, vector_length_},
                         folder_.path().string(), formats);
  }
  std::string text_of(const std::string& name) const {
    std::ifstream stream(folder_.path() / name, std::ios::binary);
    EXPECT_TRUE(stream.is_open()) << name;
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  bool exists(const std::string& name) const {
    return std::filesystem::exists(folder_.path() / name);
  }
  // Paths of all files below the output folder.
  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (entry.is_regular_file()) {
        names.insert(entry.path().lexically_relative(folder_.path()).string());
      }
    }
    return names;
  }

  TemporaryFolder folder_;
  MemoryJournal journal_;
  TimeSource times_;
  bool each_channel_ = false;
  std::int64_t vector_length_ = 0;
  std::vector<std::string> labels_ = {"speech", "music", "dog \"Rex\", barking", "a\tb\nc"};
};

}  // namespace rookery
