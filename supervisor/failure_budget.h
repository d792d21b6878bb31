// How many recordings of a run may fail before it is given up as hopeless.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rookery {

class FailureBudget {
 public:
  // Any number may fail.
  FailureBudget() = default;

  // "none", a whole number of recordings, or a share of them: "5%", "0.5%". nullopt for anything
  // else.
  static std::optional<FailureBudget> parse(const std::string& text);

  // Whether more have failed than may. A share is judged from as many recordings on as one failure
  // is within it (5%: 20): before that the first failure would end the run.
  bool exceeded(std::int64_t failed, std::int64_t ended) const;

 private:
  std::optional<std::int64_t> count_;
  std::optional<double> share_;
};

}  // namespace rookery
