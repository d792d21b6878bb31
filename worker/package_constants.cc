#include "worker/package_constants.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <fmt/format.h>
#include <torch/csrc/inductor/aoti_package/model_package_loader.h>
#include <torch/csrc/inductor/aoti_torch/c/shim.h>
#include <torch/csrc/inductor/aoti_torch/utils.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <memory>
#include <vector>

#include "worker/stand_in.h"
#include "worker/store_tensor.h"
#include "worker/torch_error.h"

namespace rookery {
namespace {

using torch::aot_inductor::tensor_handle_to_tensor_pointer;
using torch::aot_inductor::tensor_pointer_to_tensor_handle;
using torch::inductor::AOTIModelPackageLoader;

// Weights that oneDNN has packed have no strides, only a description of its own (a layout).
// The store holds their bytes; what makes tensors of them again goes into the skeleton, a pickled
// {name: (type, sizes, layout)}.
using Packed = c10::impl::GenericDict;

Error cannot_share(const std::string& why) {
  return {"model", "the package's constants cannot be shared: " + why,
          "use weights: private for this model"};
}

template <class Signature>
auto onednn_operator(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

std::int64_t packed_bytes(const at::Tensor& tensor) {
  static const auto kCall = onednn_operator<std::int64_t(const at::Tensor&)>("mkldnn::_nbytes");
  return kCall.call(tensor);
}

at::Tensor packed_layout(const at::Tensor& tensor) {
  static const auto kCall =
      onednn_operator<at::Tensor(const at::Tensor&)>("mkldnn::_get_mkldnn_serialized_md");
  return kCall.call(tensor);
}

void* packed_data(at::Tensor tensor) {
  void* data = nullptr;
  TORCH_CHECK(aoti_torch_get_data_ptr(tensor_pointer_to_tensor_handle(&tensor), &data) == 0,
              "a packed weight has no data");
  return data;
}

at::Tensor bytes_of(const at::Tensor& packed) {
  return at::from_blob(packed_data(packed), {packed_bytes(packed)}, at::kByte);
}

c10::IValue description_of(const at::Tensor& packed) {
  return c10::ivalue::Tuple::create(static_cast<std::int64_t>(packed.scalar_type()),
                                    packed.sizes().vec(), packed_layout(packed));
}

at::Tensor packed_tensor(const TensorView& bytes, const c10::IValue& description) {
  const auto& parts = description.toTupleRef().elements();
  const std::vector<std::int64_t> sizes = parts[1].toIntVector();
  const std::vector<std::int64_t> no_strides(sizes.size(), 0);
  const at::Tensor layout = parts[2].toTensor();
  // Nothing writes through it, and the mapping would not let it.
  auto* data = const_cast<std::byte*>(bytes.data.data());
  AtenTensorHandle handle = nullptr;
  const AOTITorchError failed = aoti_torch_create_tensor_from_blob_v2(
      data, std::ssize(sizes), sizes.data(), no_strides.data(), /*storage_offset=*/0,
      static_cast<std::int32_t>(parts[0].toInt()), aoti_torch_device_type_cpu(),
      /*device_index=*/0, &handle, aoti_torch_layout__mkldnn(),
      layout.const_data_ptr<std::uint8_t>(), layout.numel());
  TORCH_CHECK(failed == 0, "a packed weight can't be made from the shared store");
  const std::unique_ptr<at::Tensor> tensor(tensor_handle_to_tensor_pointer(handle));
  return *tensor;
}

struct Constants {
  std::vector<std::string> names;
  std::vector<at::Tensor> tensors;  // bytes for packed ones
  Packed packed{c10::StringType::get(), c10::AnyType::get()};
};

Result<Constants> constants_of(AOTIModelPackageLoader& loader) {
  Constants found;
  for (const auto& [name, tensor] : loader.get_runner()->extract_constants_map(false)) {
    if (!tensor.is_mkldnn() && !is_storable(tensor)) {
      return cannot_share(fmt::format("{} is no plain tensor", name));
    }
    if (tensor.is_mkldnn()) found.packed.insert(name, description_of(tensor));
    found.names.push_back(name);
    found.tensors.push_back(tensor.is_mkldnn() ? bytes_of(tensor) : tensor);
  }
  return found;
}

}  // namespace

Result<SealedMemory> publish_constants(AOTIModelPackageLoader& loader, const std::string& digest) {
  try {
    Result<Constants> constants = constants_of(loader);
    if (!constants) return constants.error();
    std::vector<TensorView> views;
    for (std::size_t i = 0; i < constants->names.size(); ++i) {
      views.push_back(view_of(constants->names[i], constants->tensors[i]));
    }
    const std::vector<char> skeleton = torch::jit::pickle_save(constants->packed);
    return publish_model({views, {skeleton.data(), skeleton.size()}, digest});
  } catch (const std::exception& exception) {
    return cannot_share(torch_reason(exception));
  }
}

Result<BoundConstants> bind_constants(AOTIModelPackageLoader& loader, const ModelStore& store) {
  try {
    const std::string_view skeleton = store.skeleton();
    const c10::IValue value =
        torch::jit::pickle_load(std::vector<char>(skeleton.begin(), skeleton.end()));
    const auto packed = value.toGenericDict();
    BoundConstants constants;
    for (const TensorView& view : store.tensors()) {
      const std::string name(view.name);
      const auto found = packed.find(name);
      constants[name] =
          found == packed.end() ? store_tensor(view) : packed_tensor(view, found->value());
    }
    // The second buffer takes them, the buffers are exchanged, the package's own one is freed.
    loader.load_constants(constants, /*use_inactive=*/true, /*check_full_update=*/true,
                          /*user_managed=*/true);
    loader.get_runner()->swap_constant_buffer();
    loader.get_runner()->free_inactive_constant_buffer();
    return constants;
  } catch (const std::exception& exception) {
    return cannot_share(torch_reason(exception));
  }
}

}  // namespace rookery
