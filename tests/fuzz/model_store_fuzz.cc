// Any bytes as a store of weights: refused, or every tensor it names lies inside it.
#include <cstring>
#include <numeric>

#include "shm/model_store.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

// A store of another size or magic is refused at once, and most mutations make one: set right, they
// reach what stands behind.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  using namespace rookery;
  size = LLVMFuzzerMutate(data, size, max_size);
  if (size < sizeof(ModelHeader) || seed % 16 == 0) return size;
  ModelHeader header;
  std::memcpy(&header, data, sizeof header);
  header.magic = kModelMagic;
  header.layout_version = kModelLayoutVersion;
  header.total_bytes = size;
  std::memcpy(data, &header, sizeof header);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rookery;
  if (size == 0) return 0;
  std::string digest(kDigestChars, '0');
  if (size >= sizeof(ModelHeader)) {
    std::memcpy(digest.data(), data + offsetof(ModelHeader, digest), kDigestChars);
  }
  auto memory = memfd_with("fuzz", fuzz::text_of(data, size));
  fuzz::require(memory.ok(), "there is memory for a copy of the input");
  const auto store = ModelStore::attach(*std::move(memory), digest);
  if (!store) return 0;
  std::size_t sum = store->skeleton().size();
  for (const TensorView& tensor : store->tensors()) {
    fuzz::require(tensor.sizes.size() == tensor.strides.size(), "a stride for every size");
    // Reads every byte, so that one outside the mapping shows.
    for (const std::byte byte : tensor.data) sum += static_cast<std::size_t>(byte);
    for (const char byte : tensor.name) sum += static_cast<std::size_t>(byte);
    sum = std::accumulate(tensor.sizes.begin(), tensor.sizes.end(), sum);
  }
  volatile std::size_t kept = sum;
  static_cast<void>(kept);
  return 0;
}
