// The file of a trace, written as the run goes on.
#pragma once

#include <string>
#include <string_view>

#include "rookery/result.h"
#include "rookery/unique_fd.h"
#include "supervisor/trace/trace_events.h"

namespace rookery {

// Holds some kilobytes at most. What cannot be written ends the trace and not the run: nothing more
// is written then, and end() tells why.
class TraceFile final : public TraceSink {
 public:
  // A file that is there is written anew. Error stage "trace".
  static Result<TraceFile> open(const std::string& path);
  TraceFile(TraceFile&&) = default;

  void write(std::string_view text) override;
  void flush() override;
  Status end() override;

 private:
  TraceFile(std::string path, UniqueFd fd);

  std::string path_;
  UniqueFd fd_;
  std::string buffer_;
  Status status_ = Done{};
};

}  // namespace rookery
