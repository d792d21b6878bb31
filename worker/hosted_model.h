// A model as a worker runs it.
#pragma once

#include <memory>

namespace rookery {

class FrontEnd;
class Model;

struct HostedModel {
  std::shared_ptr<const FrontEnd> front_end;
  std::shared_ptr<const Model> model;  // null: each worker is to load a copy of its own
};

}  // namespace rookery
