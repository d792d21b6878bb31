#include "worker/activation.h"

#include <ATen/ATen.h>

namespace rookery {

at::Tensor activate(const at::Tensor& output, Activation activation) {
  switch (activation) {
    case Activation::kSigmoid:
      return at::sigmoid(output);
    case Activation::kSoftmax:
      return at::softmax(output, -1);
    case Activation::kNone:
      break;
  }
  return output;
}

}  // namespace rookery
