// Any bytes: decode() gives a message or refuses; what it took for a message has an encoding that
// gives the same message again.
#include "ipc/codec.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rookery;
  const auto message = decode(fuzz::text_of(data, size));
  if (!message) {
    fuzz::require(message.error().stage == "protocol", "refusals are of stage protocol");
    return 0;
  }
  const std::string bytes = encode(*message);
  const auto again = decode(bytes);
  fuzz::require(again.ok(), "what was encoded can be decoded");
  // By bytes: a NaN equals nothing.
  fuzz::require(encode(*again) == bytes, "a message comes back equal");
  return 0;
}
