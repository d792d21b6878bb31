// Any bytes as a checkpoint of the journal: they are none, or a pass refuses them, or it goes on
// from them to its end, whatever kind of model it is of.
#include "supervisor/pass_checkpoint.h"
#include "tests/fuzz/example_pass.h"
#include "tests/fuzz/fuzz_input.h"

namespace rookery {
namespace {

void require_equal_after_decoding(const PassCheckpoint& checkpoint) {
  const std::string bytes = encode(checkpoint);
  const auto decoded = decode_checkpoint(bytes);
  // By bytes: a NaN equals nothing.
  fuzz::require(decoded.ok() && encode(*decoded) == bytes, "a checkpoint comes back equal");
}

void go_on_to_the_end(ModelPass& pass, const WorkShape& shape) {
  while (!pass.exhausted()) {
    fuzz::go_on(pass, shape);
    require_equal_after_decoding(pass.checkpoint());
  }
  fuzz::require(pass.complete(), "a pass that was resumed comes to its end");
  static_cast<void>(pass.finish());
}

}  // namespace
}  // namespace rookery

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rookery;
  const auto checkpoint = decode_checkpoint(fuzz::text_of(data, size));
  if (!checkpoint) return 0;
  require_equal_after_decoding(*checkpoint);
  for (const WorkShape& shape : fuzz::example_shapes()) {
    ModelPass pass = fuzz::example_pass(shape);
    if (pass.resume(*checkpoint)) go_on_to_the_end(pass, shape);
  }
  return 0;
}
