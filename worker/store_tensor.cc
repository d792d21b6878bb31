#include "worker/store_tensor.h"

#include <ATen/ATen.h>

#include "worker/stand_in.h"

namespace rookery {

TensorView view_of(const std::string& name, const at::Tensor& tensor) {
  const Dtype dtype = *store_dtype(tensor.scalar_type());
  const auto bytes = extent_bytes(dtype, tensor.sizes(), tensor.strides());
  return {
      name,
      dtype,
      tensor.sizes(),
      tensor.strides(),
      {static_cast<const std::byte*>(tensor.const_data_ptr()), static_cast<std::size_t>(bytes)}};
}

at::Tensor store_tensor(const TensorView& view) {
  // from_blob takes a writable pointer only; nothing writes through it, and the mapping would not
  // let it.
  auto* data = const_cast<std::byte*>(view.data.data());
  return at::from_blob(data, at::IntArrayRef(view.sizes.data(), view.sizes.size()),
                       at::IntArrayRef(view.strides.data(), view.strides.size()),
                       at::TensorOptions().dtype(torch_dtype(view.dtype)));
}

}  // namespace rookery
