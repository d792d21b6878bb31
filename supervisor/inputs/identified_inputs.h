// The inputs of a run, each with what tells its file from others.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "supervisor/inputs/digest_ahead.h"
#include "supervisor/inputs/inputs.h"

namespace rookery {

struct IdentifiedInput {
  InputItem item;
  FileIdentity identity;  // zeros where there is no file to look at
};

class IdentifiedInputs {
 public:
  // `inputs` outlives it. With digests, recordings are also known by their bytes; then a few
  // inputs are taken ahead of need.
  IdentifiedInputs(InputSource& inputs, bool content_digests);

  // The next one, as InputSource::next() yields them; nullopt: it has not come, or what it is known
  // by isn't known yet, ask again soon. A file that can't be read has no digest; its probe will
  // tell why.
  std::optional<IdentifiedInput> next();

 private:
  std::optional<IdentifiedInput> take();
  void take_ahead();

  InputSource& inputs_;
  std::unique_ptr<DigestAhead> digests_;  // none: not asked for
  std::deque<IdentifiedInput> ahead_;
};

}  // namespace rookery
