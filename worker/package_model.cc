#include "worker/package_model.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/csrc/inductor/aoti_package/model_package_loader.h>

#include <utility>

#include "worker/allocator_purge.h"
#include "worker/torch_error.h"

namespace rookery {
namespace {

using torch::inductor::AOTIModelPackageLoader;

constexpr const char* kModelName = "model";  // AOTInductor's own default

Error unloadable(const std::string& folder, const std::exception& exception) {
  return {"model", fmt::format("{} is no compiled package: {}", folder, torch_reason(exception)),
          "compile it again with rookery prepare --format aoti"};
}

}  // namespace

PackageModel::PackageModel(PackageFacts facts, std::unique_ptr<AOTIModelPackageLoader> loader)
    : facts_(std::move(facts)), loader_(std::move(loader)) {}
PackageModel::PackageModel(PackageModel&& other) noexcept
    : facts_(std::move(other.facts_)),
      store_(std::move(other.store_)),
      constants_(std::move(other.constants_)),
      loader_(std::move(other.loader_)) {}
PackageModel::~PackageModel() = default;

Result<PackageModel> PackageModel::load(const std::string& folder, std::size_t runners) {
  Result<PackageFacts> facts = read_package_facts(folder);
  if (!facts) return facts.error();
  // Before the package's own code runs: it may use instructions that this processor lacks.
  Status runs_here = check_runs_here(*facts, folder);
  if (!runs_here) return runs_here.error();
  try {
    return PackageModel(std::move(*facts),
                        std::make_unique<AOTIModelPackageLoader>(
                            folder, kModelName, /*run_single_threaded=*/false, runners));
  } catch (const std::exception& exception) {
    return unloadable(folder, exception);
  }
}

Result<PackageModel> PackageModel::bind(const std::string& folder, std::size_t runners,
                                        std::shared_ptr<const ModelStore> store) {
  Result<PackageModel> model = load(folder, runners);
  if (!model) return model;
  Result<BoundConstants> constants = bind_constants(*model->loader_, *store);
  if (!constants) return constants.error();
  model->constants_ = std::move(*constants);
  model->store_ = std::move(store);
  // The package's own copy is free now; an allocator that keeps pages would hold on to it.
  purge_allocator();
  return model;
}

Result<SealedMemory> PackageModel::publish(const std::string& digest) {
  return publish_constants(*loader_, digest);
}

Result<at::Tensor> PackageModel::initial_state(std::int64_t) const {
  return Error{"model", "a compiled package carries no state", "use the model as TorchScript"};
}

Result<ForwardResult> PackageModel::forward(const at::Tensor& input,
                                            const ForwardExtras& extras) const {
  if (extras.lengths.defined() || extras.state.defined()) {
    return Error{"forward", "a compiled package takes one input alone", ""};
  }
  try {
    const c10::InferenceMode inference_mode;
    Status fits = check_input(input);
    if (!fits) return fits.error();
    const at::Tensor output =
        facts_.batch_rows > 0 ? run_in_batches(input, facts_.batch_rows) : run(input);
    return ForwardResult{output.to(at::kCPU, at::kFloat).contiguous(), {}};
  } catch (const std::exception& exception) {
    return Error{"forward", torch_reason(exception), ""};
  }
}

// Compiled code takes shapes for granted.
Status PackageModel::check_input(const at::Tensor& input) const {
  const auto row = input.sizes().slice(1);
  if (row == at::IntArrayRef(facts_.row_shape) && input.scalar_type() == at::kFloat) return Done{};
  return Error{"forward",
               fmt::format("the package was compiled for rows of shape [{}], not [{}]",
                           fmt::join(facts_.row_shape, ", "), fmt::join(row, ", ")),
               ""};
}

at::Tensor PackageModel::run(const at::Tensor& input) const {
  std::vector<at::Tensor> outputs = loader_->run({input.contiguous()});
  TORCH_CHECK(outputs.size() == 1, "the model gives ", outputs.size(), " tensors instead of one");
  return outputs.front();
}

at::Tensor PackageModel::run_in_batches(const at::Tensor& input, std::int64_t rows) const {
  if (input.size(0) == rows) return run(input);
  std::vector<at::Tensor> outputs;
  for (std::int64_t begin = 0; begin < input.size(0); begin += rows) {
    const std::int64_t count = std::min(rows, input.size(0) - begin);
    std::vector<std::int64_t> full = input.sizes().vec();
    full.front() = rows;
    at::Tensor batch = at::zeros(full, input.options());
    batch.narrow(0, 0, count).copy_(input.narrow(0, begin, count));
    outputs.push_back(run(batch).narrow(0, 0, count));
  }
  return at::cat(outputs);
}

}  // namespace rookery
