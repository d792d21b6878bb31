// Any bytes as an output folder's journal: an error, or what is in it is read, exported and gone on
// with.
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/read_journal.h"
#include "tests/temporary_folder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rookery;
  const TemporaryFolder folder;
  folder.write("journal.sqlite", std::string(fuzz::text_of(data, size)));
  fuzz::read_journal(folder.path().string());
  return 0;
}
