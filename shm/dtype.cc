#include <algorithm>

#include "shm/model_store.h"

namespace rookery {

std::int64_t element_bytes(Dtype dtype) {
  switch (dtype) {
    case Dtype::kBool:
    case Dtype::kUint8:
    case Dtype::kInt8:
      return 1;
    case Dtype::kInt16:
    case Dtype::kFloat16:
    case Dtype::kBfloat16:
      return 2;
    case Dtype::kInt32:
    case Dtype::kFloat32:
      return 4;
    case Dtype::kInt64:
    case Dtype::kFloat64:
    case Dtype::kComplex64:
      return 8;
    case Dtype::kComplex128:
      return 16;
  }
  return 0;
}

std::string_view to_string(Dtype dtype) {
  switch (dtype) {
    case Dtype::kBool:
      return "bool";
    case Dtype::kUint8:
      return "uint8";
    case Dtype::kInt8:
      return "int8";
    case Dtype::kInt16:
      return "int16";
    case Dtype::kInt32:
      return "int32";
    case Dtype::kInt64:
      return "int64";
    case Dtype::kFloat16:
      return "float16";
    case Dtype::kBfloat16:
      return "bfloat16";
    case Dtype::kFloat32:
      return "float32";
    case Dtype::kFloat64:
      return "float64";
    case Dtype::kComplex64:
      return "complex64";
    case Dtype::kComplex128:
      return "complex128";
  }
  return "unknown";
}

std::int64_t extent_bytes(Dtype dtype, std::span<const std::int64_t> sizes,
                          std::span<const std::int64_t> strides) {
  if (sizes.size() != strides.size()) return -1;
  std::int64_t last = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    std::int64_t reach = 0;
    if (sizes[i] < 0 || strides[i] < 0 ||
        __builtin_mul_overflow(std::max<std::int64_t>(sizes[i] - 1, 0), strides[i], &reach) ||
        __builtin_add_overflow(last, reach, &last)) {
      return -1;
    }
  }
  if (std::ranges::count(sizes, 0) > 0) return 0;
  std::int64_t elements = 0;
  std::int64_t bytes = 0;
  if (__builtin_add_overflow(last, std::int64_t{1}, &elements) ||
      __builtin_mul_overflow(elements, element_bytes(dtype), &bytes)) {
    return -1;
  }
  return bytes;
}

}  // namespace rookery
