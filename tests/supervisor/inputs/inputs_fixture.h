// What tests of inputs have in common.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "supervisor/inputs/inputs.h"
#include "tests/listed.h"
#include "tests/temporary_folder.h"

namespace rookery {

// Runs in a folder of its own, as the current directory.
class Inputs : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::current_path(folder_.path()); }
  void TearDown() override { std::filesystem::current_path(before_); }

  std::vector<InputItem> all(const std::vector<std::string>& arguments,
                             const std::string& list = "", char separator = '\n') {
    Result<InputSource> source = InputSource::open(arguments, listed(list), separator);
    std::vector<InputItem> items;
    for (InputItem item = source->next(); !std::holds_alternative<EndOfInputs>(item);
         item = source->next()) {
      items.push_back(item);
    }
    EXPECT_TRUE(std::holds_alternative<EndOfInputs>(source->next())) << "the end is the end";
    return items;
  }

  std::vector<std::string> keys(const std::vector<std::string>& arguments,
                                const std::string& list = "", char separator = '\n') {
    std::vector<std::string> keys;
    for (const InputItem& item : all(arguments, list, separator)) {
      const auto* recording = std::get_if<Recording>(&item);
      keys.push_back(recording ? recording->key : "fault: " + std::get<InputFault>(item).place.key);
    }
    return keys;
  }

  std::string refusal(const std::vector<std::string>& arguments) {
    const auto source = InputSource::open(arguments, listed(""));
    return source.ok() ? "accepted" : to_string(source.error());
  }

  const std::filesystem::path before_ = std::filesystem::current_path();
  const TemporaryFolder folder_;
};

}  // namespace rookery
