// The one copy of a model's weights: a sealed memory that holds all tensors and the module without
// them. Knows no LibTorch; worker/weights_binding joins the two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/result.h"
#include "rookery/unique_fd.h"
#include "shm/model_layout.h"
#include "shm/sealed_memory.h"

namespace rookery {

// A tensor as it is given or found: `sizes` and `strides` in elements, strides ≥ 0 and kept as they
// are; `data` from its first element to the last one that the strides reach. Owns nothing.
struct TensorView {
  std::string_view name;
  Dtype dtype = Dtype::kFloat32;
  std::span<const std::int64_t> sizes;
  std::span<const std::int64_t> strides;
  std::span<const std::byte> data;
};

// What publish_model() writes; everything is copied.
struct ModelContents {
  std::span<const TensorView> tensors;
  std::string_view skeleton;  // the module without weights
  std::string_view digest;    // SHA-256 of the model file, 64 hexadecimal digits
};

std::int64_t element_bytes(Dtype dtype);  // 0 for a number that is no Dtype
std::string_view to_string(Dtype dtype);
// Bytes from the first element to the last one the strides reach; −1 if a size or stride is
// negative, the counts differ, or the result does not fit.
std::int64_t extent_bytes(Dtype dtype, std::span<const std::int64_t> sizes,
                          std::span<const std::int64_t> strides);

// Writes a store, pages interleaved over the NUMA nodes where there are several. Tensors given with
// the same `data` (tied weights) share one copy.
Result<SealedMemory> publish_model(const ModelContents& contents);

// A store as a worker sees it. Everything in it was checked to lie inside the memory when it was
// attached. Thread-safe.
class ModelStore {
 public:
  // Refuses a store of another magic, layout version, size or digest, telling both values, and one
  // whose tables are not sound.
  static Result<ModelStore> attach(SealedMemory memory, std::string_view expected_digest);
  static Result<ModelStore> attach(UniqueFd fd, std::string_view expected_digest);

  // In the order published; views live as long as the store.
  std::span<const TensorView> tensors() const { return tensors_; }
  std::string_view skeleton() const { return skeleton_; }
  std::string_view digest() const { return digest_; }
  std::int64_t total_bytes() const { return static_cast<std::int64_t>(memory_.bytes().size()); }
  int fd() const { return memory_.fd(); }

 private:
  explicit ModelStore(SealedMemory memory) : memory_(std::move(memory)) {}
  SealedMemory memory_;
  std::vector<TensorView> tensors_;
  std::string_view skeleton_;
  std::string_view digest_;
};

}  // namespace rookery
