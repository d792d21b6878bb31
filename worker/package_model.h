// A model compiled ahead of time by PyTorch's AOTInductor: a `.pt2` package, unpacked to a folder.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "worker/model.h"
#include "worker/package_constants.h"
#include "worker/package_facts.h"

namespace rookery {

class PackageModel : public Model {
 public:
  // `runners`: so many threads may run it at the same time; more wait for each other.
  static Result<PackageModel> load(const std::string& folder, std::size_t runners);
  static Result<PackageModel> bind(const std::string& folder, std::size_t runners,
                                   std::shared_ptr<const ModelStore> store);

  PackageModel(PackageModel&&) noexcept;
  ~PackageModel() override;

  // A package of a fixed batch runs fewer rows filled up with zeros, and more in several runs. One
  // that carries state runs the rows that it was compiled for.
  Result<ForwardResult> forward(const at::Tensor& input,
                                const ForwardExtras& extras) const override;
  // What the exporting script put beside the package.
  Result<at::Tensor> initial_state(std::int64_t rows) const override;
  using Model::forward;
  Result<SealedMemory> publish(const std::string& digest) override;

 private:
  PackageModel(PackageFacts facts, at::Tensor initial_state,
               std::unique_ptr<torch::inductor::AOTIModelPackageLoader> loader);
  Status check_input(const at::Tensor& input, const ForwardExtras& extras) const;
  ForwardResult run(const at::Tensor& input, const ForwardExtras& extras) const;
  ForwardResult run_in_batches(const at::Tensor& input, const ForwardExtras& extras) const;

  PackageFacts facts_;
  at::Tensor initial_state_;                 // undefined unless the model carries one
  std::shared_ptr<const ModelStore> store_;  // outlives the views of it in constants_
  BoundConstants constants_;                 // outlive the loader, which has pointers to them
  std::unique_ptr<torch::inductor::AOTIModelPackageLoader> loader_;
};

}  // namespace rookery
