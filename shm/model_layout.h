// The bytes of a model store: constants and records. MODEL_LAYOUT.md describes them with an
// example. Everything is little-endian; offsets are in bytes from the start of the store. Any
// change of what stands here means a new kModelLayoutVersion.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace rookery {

static_assert(std::endian::native == std::endian::little, "the store is written in host order");

inline constexpr std::array<char, 8> kModelMagic = {'R', 'o', 'o', 'k', 'e', 'r', 'y', 'M'};
inline constexpr std::uint32_t kModelLayoutVersion = 1;
// A cache line, and the widest vector load.
inline constexpr std::uint64_t kTensorAlignment = 64;
// SHA-256 in lower-case hexadecimal.
inline constexpr std::size_t kDigestChars = 64;
inline constexpr std::uint32_t kMaxTensorDims = 16;

// Element types. The numbers are frozen: they stand in stores.
enum class Dtype : std::uint32_t {
  kBool = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt16 = 4,
  kInt32 = 5,
  kInt64 = 6,
  kFloat16 = 7,
  kBfloat16 = 8,
  kFloat32 = 9,
  kFloat64 = 10,
  kComplex64 = 11,
  kComplex128 = 12,
};

struct ModelHeader {
  std::array<char, 8> magic = kModelMagic;
  std::uint32_t layout_version = kModelLayoutVersion;
  std::uint32_t tensor_count = 0;
  std::uint64_t total_bytes = 0;
  std::uint64_t table_offset = 0;  // tensor_count × TensorRecord
  std::uint64_t dims_offset = 0;   // dim_count × int64: each tensor's sizes, then its strides
  std::uint64_t dim_count = 0;
  std::uint64_t names_offset = 0;  // names_bytes of names, without separators
  std::uint64_t names_bytes = 0;
  std::uint64_t skeleton_offset = 0;  // the module without weights
  std::uint64_t skeleton_bytes = 0;
  std::uint64_t data_offset = 0;  // tensors' data, to the end of the store
  std::uint64_t reserved = 0;
  std::array<char, kDigestChars> digest = {};  // of the model file
};

struct TensorRecord {
  std::uint64_t name_offset = 0;  // from names_offset
  std::uint32_t name_bytes = 0;
  Dtype dtype = Dtype::kFloat32;
  std::uint64_t first_dim = 0;  // index into the dims
  std::uint32_t dims = 0;       // sizes at first_dim, strides at first_dim + dims
  std::uint32_t reserved = 0;
  std::uint64_t data_offset = 0;  // from the start of the store, a multiple of kTensorAlignment
  std::uint64_t data_bytes = 0;   // what the strides span
};

static_assert(sizeof(ModelHeader) == 160 && std::is_trivially_copyable_v<ModelHeader>);
static_assert(sizeof(TensorRecord) == 48 && std::is_trivially_copyable_v<TensorRecord>);

}  // namespace rookery
