#include "worker/package_model.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/csrc/inductor/aoti_package/model_package_loader.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "worker/allocator_purge.h"
#include "worker/torch_error.h"
#include "worker/torch_failure.h"

namespace rookery {
namespace {

using torch::inductor::AOTIModelPackageLoader;

constexpr const char* kModelName = "model";  // AOTInductor's own default

Error unloadable(const std::string& folder, const std::exception& exception) {
  return {"model", fmt::format("{} is no compiled package: {}", folder, torch_reason(exception)),
          "compile it again with rookery prepare --format aoti"};
}

at::Tensor as_floats(const at::Tensor& output) {
  return output.to(at::kCPU, at::kFloat).contiguous();
}

at::Tensor read_initial_state(const std::string& folder) {
  std::ifstream stream(folder + "/initial_state.pt", std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
  return as_floats(torch::jit::pickle_load(bytes).toTensor());
}

const char* what_rows_hold(bool tokens) { return tokens ? "tokens" : "numbers"; }

std::string what_is_taken(bool lengths, bool state) {
  return fmt::format("an input{}{}", lengths ? ", lengths" : "", state ? ", a state" : "");
}

// `count` rows from `begin` on, and as many rows of zeros as are missing.
at::Tensor filled_up(const at::Tensor& tensor, std::int64_t begin, std::int64_t count,
                     std::int64_t rows) {
  std::vector<std::int64_t> sizes = tensor.sizes().vec();
  sizes.front() = rows;
  at::Tensor batch = at::zeros(sizes, tensor.options());
  batch.narrow(0, 0, count).copy_(tensor.narrow(0, begin, count));
  return batch;
}

}  // namespace

PackageModel::PackageModel(PackageFacts facts, at::Tensor initial_state,
                           std::unique_ptr<AOTIModelPackageLoader> loader)
    : facts_(std::move(facts)),
      initial_state_(std::move(initial_state)),
      loader_(std::move(loader)) {}
PackageModel::PackageModel(PackageModel&& other) noexcept
    : facts_(std::move(other.facts_)),
      initial_state_(std::move(other.initial_state_)),
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
    at::Tensor state = facts->carries_state ? read_initial_state(folder) : at::Tensor();
    auto loader = std::make_unique<AOTIModelPackageLoader>(folder, kModelName,
                                                           /*run_single_threaded=*/false, runners);
    return PackageModel(std::move(*facts), std::move(state), std::move(loader));
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

Result<at::Tensor> PackageModel::initial_state(std::int64_t rows) const {
  if (!initial_state_.defined()) {
    return Error{"model", "the package was compiled from a model that carries no state",
                 "compile it again with this card"};
  }
  if (rows == facts_.batch_rows) return initial_state_.clone();
  return Error{
      "model",
      fmt::format("the package has a state for batches of {}, not of {}", facts_.batch_rows, rows),
      ""};
}

Result<ForwardResult> PackageModel::forward(const at::Tensor& input,
                                            const ForwardExtras& extras) const {
  try {
    const c10::InferenceMode inference_mode;
    Status fits = check_input(input, extras);
    if (!fits) return fits.error();
    const bool whole = facts_.batch_rows == 0 || facts_.batch_rows == input.size(0);
    return whole ? run(input, extras) : run_in_batches(input, extras);
  } catch (const std::exception& exception) {
    return torch_failure("forward", exception);
  }
}

// Compiled code takes shapes for granted.
Status PackageModel::check_input(const at::Tensor& input, const ForwardExtras& extras) const {
  const auto row = input.sizes().slice(1);
  const at::ScalarType wanted = facts_.takes_tokens ? at::kLong : at::kFloat;
  if (row != at::IntArrayRef(facts_.row_shape) || input.scalar_type() != wanted) {
    return Error{
        "forward",
        fmt::format("the package was compiled for rows of {} of shape [{}], not of {} of [{}]",
                    what_rows_hold(facts_.takes_tokens), fmt::join(facts_.row_shape, ", "),
                    what_rows_hold(input.scalar_type() == at::kLong), fmt::join(row, ", ")),
        ""};
  }
  if (extras.lengths.defined() != facts_.takes_lengths ||
      extras.state.defined() != facts_.carries_state) {
    return Error{"forward",
                 fmt::format("the package was compiled for {}, the card says {}",
                             what_is_taken(facts_.takes_lengths, facts_.carries_state),
                             what_is_taken(extras.lengths.defined(), extras.state.defined())),
                 ""};
  }
  const bool same_state =
      !extras.state.defined() ||
      (input.size(0) == facts_.batch_rows && extras.state.sizes() == initial_state_.sizes());
  if (same_state) return Done{};
  return Error{"forward", "the package was compiled for a state of another shape", ""};
}

ForwardResult PackageModel::run(const at::Tensor& input, const ForwardExtras& extras) const {
  std::vector<at::Tensor> inputs = {input.contiguous()};
  if (extras.lengths.defined()) inputs.push_back(extras.lengths.contiguous());
  if (extras.state.defined()) inputs.push_back(extras.state.contiguous());
  const std::vector<at::Tensor> outputs = loader_->run(inputs);
  const std::size_t expected = extras.state.defined() ? 2 : 1;
  TORCH_CHECK(outputs.size() == expected, "the model gives ", outputs.size(),
              " tensors instead of ", expected);
  return {as_floats(outputs.front()),
          extras.state.defined() ? as_floats(outputs.back()) : at::Tensor()};
}

ForwardResult PackageModel::run_in_batches(const at::Tensor& input,
                                           const ForwardExtras& extras) const {
  const std::int64_t rows = facts_.batch_rows;
  std::vector<at::Tensor> outputs;
  for (std::int64_t begin = 0; begin < input.size(0); begin += rows) {
    const std::int64_t count = std::min(rows, input.size(0) - begin);
    ForwardExtras own;
    if (extras.lengths.defined()) own.lengths = filled_up(extras.lengths, begin, count, rows);
    const at::Tensor batch = filled_up(input, begin, count, rows);
    outputs.push_back(run(batch, own).output.narrow(0, 0, count));
  }
  return {at::cat(outputs), {}};
}

}  // namespace rookery
