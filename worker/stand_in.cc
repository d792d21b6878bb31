#include "worker/stand_in.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace rookery {
namespace {

constexpr std::array<std::pair<at::ScalarType, Dtype>, 12> kDtypes = {{
    {at::kBool, Dtype::kBool},
    {at::kByte, Dtype::kUint8},
    {at::kChar, Dtype::kInt8},
    {at::kShort, Dtype::kInt16},
    {at::kInt, Dtype::kInt32},
    {at::kLong, Dtype::kInt64},
    {at::kHalf, Dtype::kFloat16},
    {at::kBFloat16, Dtype::kBfloat16},
    {at::kFloat, Dtype::kFloat32},
    {at::kDouble, Dtype::kFloat64},
    {at::kComplexFloat, Dtype::kComplex64},
    {at::kComplexDouble, Dtype::kComplex128},
}};

}  // namespace

std::optional<Dtype> store_dtype(at::ScalarType type) {
  for (const auto& [torch_type, dtype] : kDtypes) {
    if (torch_type == type) return dtype;
  }
  return std::nullopt;
}

at::ScalarType torch_dtype(Dtype dtype) {
  for (const auto& [torch_type, store_type] : kDtypes) {
    if (store_type == dtype) return torch_type;
  }
  return at::ScalarType::Undefined;
}

bool is_storable(const at::Tensor& tensor) {
  return tensor.defined() && tensor.layout() == at::kStrided && tensor.device().is_cpu() &&
         !tensor.is_conj() && !tensor.is_neg() && tensor.numel() > 0 &&
         store_dtype(tensor.scalar_type()).has_value();
}

bool is_storable_constant(const at::Tensor& tensor) {
  return is_storable(tensor) && tensor.element_size() > 1 &&
         tensor.numel() * tensor.element_size() >= kMinConstantBytes;
}

at::Tensor make_stand_in(const at::Tensor& tensor, std::optional<std::int64_t> index) {
  const at::Tensor element = at::zeros({1}, tensor.options().requires_grad(false));
  if (index) {
    const std::uint64_t bits = static_cast<std::uint64_t>(*index) + 1;
    const auto bytes = std::min<std::size_t>(static_cast<std::size_t>(element.element_size()), 8);
    std::memcpy(element.data_ptr(), &bits, bytes);
  }
  return element.as_strided(tensor.sizes(), std::vector<std::int64_t>(tensor.sizes().size(), 0));
}

std::optional<std::int64_t> stand_in_index(const at::Tensor& tensor) {
  const auto strides = tensor.strides();
  const bool expanded = std::all_of(strides.begin(), strides.end(), [](auto s) { return s == 0; });
  const auto element_bytes = static_cast<std::size_t>(tensor.element_size());
  if (!expanded || tensor.storage().nbytes() != element_bytes) return std::nullopt;
  std::uint64_t bits = 0;
  std::memcpy(&bits, tensor.const_data_ptr(), std::min<std::size_t>(element_bytes, sizeof bits));
  if (bits == 0 || bits > static_cast<std::uint64_t>(kMaxConstantIndex)) return std::nullopt;
  return static_cast<std::int64_t>(bits) - 1;
}

}  // namespace rookery
