// Any text as a configuration file: refused without changing anything, or taken, and then what
// to_yaml() writes of it is taken for the same.
#include "supervisor/config/config_file.h"
#include "tests/fuzz/fuzz_input.h"

namespace rookery {
namespace {

ModelCard some_card() {
  ModelCard card;
  card.geometry.sample_rate = 16'000;
  card.labels = {"speech", "music"};
  return card;
}

}  // namespace
}  // namespace rookery

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rookery;
  static const ModelCard kCard = some_card();
  RunConfig config;
  const std::string text(fuzz::text_of(data, size));
  if (!apply_config_yaml(config, text, "fuzz.yaml")) {
    fuzz::require(config == RunConfig(), "a refused configuration changes nothing");
    return 0;
  }
  static_cast<void>(check_config(config, kCard));
  RunConfig again;
  const Status read_back = apply_config_yaml(again, to_yaml(config), "run.yaml");
  fuzz::require(read_back.ok(), "a written configuration can be read");
  fuzz::require(again == config, "a written configuration is read as the same");
  return 0;
}
