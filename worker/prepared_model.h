// What the fork server does once before any worker starts.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "shm/model_store.h"
#include "worker/hosted_model.h"

namespace rookery {

struct PreparedModel {
  HostedModel hosted;  // its model bound to the store and warm; none with private weights
  std::shared_ptr<const ModelStore> store;  // null with private weights
  ModelFacts facts;
};

struct PreparedModels {
  std::vector<PreparedModel> models;  // in the order of the settings'
  ServerReady facts;                  // but for the process's threads and start

  std::vector<HostedModel> hosted() const;
};

// Loads and checks each model; with shared weights also publishes them, binds a model to them and
// warms it up. A full batch that takes more than `long_forward` is run once, and one row then says
// whether shared weights give the same. Expects the settings of LibTorch to be made. Error stage
// "model" or "front end".
Result<PreparedModels> prepare_models(
    const WorkerSettings& settings,
    std::chrono::microseconds long_forward = std::chrono::seconds(1));

}  // namespace rookery
