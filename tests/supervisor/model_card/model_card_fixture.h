// A model directory whose card tests write.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "supervisor/model_card/model_card_reader.h"
#include "tests/temporary_folder.h"

namespace rookery {

inline constexpr const char* kDtmfCard = R"(name: dtmf
file: model.pt
sample_rate: 8000
segment: {window: 0.1}
front_end: {type: waveform}
output: {type: tags}
labels: labels.txt
)";

class ModelCardReader : public ::testing::Test {
 protected:
  ModelCardReader() {
    folder_.write("model.pt", "weights");
    folder_.write("labels.txt", "0\n1\n");
  }

  Result<LoadedCard> read(const std::string& card) const {
    folder_.write("model.yaml", card);
    return read_model_card(folder_.path().string());
  }

  // The error's reason for the DTMF card after `from` was replaced.
  std::string refusal(const std::string& from, const std::string& to) const {
    std::string card = kDtmfCard;
    const std::size_t at = card.find(from);
    if (at == std::string::npos) return "not in the card: " + from;
    const Result<LoadedCard> loaded = read(card.replace(at, from.size(), to));
    if (loaded.ok()) return "accepted";
    EXPECT_EQ(loaded.error().stage, "model");
    EXPECT_THAT(loaded.error().reason, ::testing::StartsWith(folder_.path().string()));
    return loaded.error().reason;
  }
  std::string refusal_of_front_end(const std::string& keys) const {
    return refusal("{type: waveform}", "{type: log_mel, " + keys + "}");
  }

  const TemporaryFolder folder_;
};

}  // namespace rookery
