// The front end against librosa's values, which tools/log_mel_reference.py has written.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "worker/front_end.h"

namespace rookery {
namespace {

using nlohmann::json;

const std::string kFolder = ROOKERY_TEST_DATA "/log-mel/";

std::vector<float> read_floats(const std::string& name, std::int64_t count) {
  std::vector<float> values(static_cast<std::size_t>(count));
  std::ifstream file(kFolder + name, std::ios::binary);
  const auto bytes = static_cast<std::streamsize>(values.size() * sizeof(float));
  file.read(reinterpret_cast<char*>(values.data()), bytes);
  if (file.gcount() != bytes) throw std::runtime_error(kFolder + name + " is missing or too short");
  return values;
}

template <class T>
T named(const std::map<std::string, T>& values, const json& keys, const std::string& key) {
  return values.at(keys.at(key).get<std::string>());
}

LogMelParameters parameters_of(const json& keys) {
  LogMelParameters mel;
  mel.n_fft = keys.at("n_fft");
  mel.win = keys.at("win");
  mel.hop = keys.at("hop");
  mel.n_mels = keys.at("n_mels");
  mel.f_min = keys.at("f_min");
  mel.f_max = keys.at("f_max");
  mel.mel = named<MelScale>({{"htk", MelScale::kHtk}, {"slaney", MelScale::kSlaney}}, keys, "mel");
  mel.norm = named<MelNorm>({{"none", MelNorm::kNone}, {"slaney", MelNorm::kSlaney}}, keys, "norm");
  mel.power = keys.at("power");
  mel.log = named<LogKind>({{"none", LogKind::kNone},
                            {"ln", LogKind::kLn},
                            {"log10", LogKind::kLog10},
                            {"db", LogKind::kDb}},
                           keys, "log");
  mel.floor = keys.at("floor");
  mel.reference = keys.at("reference");
  mel.top_db = keys.at("top_db");
  mel.center = keys.at("center");
  mel.pad_mode =
      named<PadMode>({{"reflect", PadMode::kReflect}, {"zero", PadMode::kZero}}, keys, "pad_mode");
  mel.frames = keys.at("frames");
  mel.layout = MelLayout::kBatchTimeMel;
  return mel;
}

class FrontEndAndLibrosa : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(kFolder + "index.json");
    ASSERT_TRUE(file) << "no " << kFolder << "index.json: run tools/log_mel_reference.py --out "
                      << kFolder << ", as ./bootstrap.sh test does";
    index_ = json::parse(file);
    ASSERT_GE(index_.at("sets").size(), 20U);
  }

  // The largest difference from librosa's values for one set of parameters.
  double difference(const json& set) const {
    const std::int64_t samples = index_.at("samples");
    auto front_end = FrontEnd::create({FrontEndType::kLogMel, parameters_of(set.at("log_mel"))},
                                      index_.at("sample_rate"), samples);
    if (!front_end) throw std::runtime_error(to_string(front_end.error()));
    const std::int64_t frames = set.at("shape").at(0);
    const std::int64_t mels = set.at("shape").at(1);
    std::vector<float> signal = read_floats("signal.f32", samples);
    std::vector<float> values =
        read_floats(set.at("name").get<std::string>() + ".f32", frames * mels);
    const at::Tensor got = front_end->apply(at::from_blob(signal.data(), {1, samples}));
    const at::Tensor expected = at::from_blob(values.data(), {1, frames, mels});
    EXPECT_EQ(got.sizes(), expected.sizes());
    return (got - expected).abs().max().item<double>();
  }

  json index_;
};

TEST_F(FrontEndAndLibrosa, AgreeForEverySetOfParameters) {
  for (const json& set : index_.at("sets")) {
    SCOPED_TRACE(set.at("name").get<std::string>());
    const double largest = difference(set);
    RecordProperty(set.at("name").get<std::string>(), std::to_string(largest));
    // 1e-4 of the energy; a decibel is 0.23 in natural logarithms.
    EXPECT_LT(largest, set.at("log_mel").at("log") == "db" ? 4e-4 : 1e-4);
  }
}

}  // namespace
}  // namespace rookery
