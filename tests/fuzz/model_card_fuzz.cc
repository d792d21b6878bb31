// Any text as a model card, behind a NUL byte any text as its labels: refused, or a card that plans
// a recording without harm.
#include <algorithm>
#include <array>

#include "supervisor/config/config_file.h"
#include "supervisor/model_card/model_card_reader.h"
#include "supervisor/model_pass.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

constexpr std::array kModelFiles = {"model.pt", "silero_vad.pt", "model.pt2/data"};

// What follows from a card before any worker is asked.
void use(const LoadedCard& loaded) {
  WorkShape shape;
  shape.card = loaded.card;
  RunConfig config;
  fuzz::require(apply_config_yaml(config, loaded.config_yaml, "card").ok(),
                "a card's own configuration is sound");
  static_cast<void>(check_config(config, loaded.card));
  shape.results = config.results;
  shape.samples_per_frame = std::max<std::int64_t>(1, shape.card.geometry.frame);
  shape.max_unreleased_segments = 16;
  static_cast<void>(score_floors(shape.card, config.results.postprocess));
  ModelPass pass({}, {1'000'000, 44'100, 1, "WAV", std::nullopt}, shape);
  if (!pass.exhausted() && !pass.waits()) static_cast<void>(pass.next_work({8}));
}

}  // namespace
}  // namespace rookery

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rookery;
  static const TemporaryFolder kFolder;
  static const bool kModelsThere = [] {
    for (const char* name : kModelFiles) kFolder.write(name, "weights");
    return true;
  }();
  static_cast<void>(kModelsThere);
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t end = std::min(text.find('\0'), text.size());
  kFolder.write("model.yaml", std::string(text.substr(0, end)));
  kFolder.write("labels.txt", std::string(text.substr(std::min(end + 1, text.size()))));
  const auto loaded = read_model_card(kFolder.path().string());
  if (loaded) use(*loaded);
  return 0;
}
