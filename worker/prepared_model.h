// What the fork server does once before any worker starts.
#pragma once

#include <memory>

#include "ipc/protocol.h"
#include "rookery/result.h"
#include "shm/model_store.h"

namespace rookery {

class FrontEnd;
class Model;

struct PreparedModel {
  std::shared_ptr<const FrontEnd> front_end;
  std::shared_ptr<const ModelStore> store;  // null with private weights
  std::shared_ptr<const Model> model;  // bound to the store and warm; null with private weights
  ServerReady facts;                   // but for the process's threads and start
};

// Loads and checks the model; with shared weights also publishes them, binds a model to them and
// warms it up. Expects the settings of LibTorch to be made. Error stage "model" or "front end".
Result<PreparedModel> prepare_model(const WorkerSettings& settings);

}  // namespace rookery
