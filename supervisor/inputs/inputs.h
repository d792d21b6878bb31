// Inputs: the INPUT arguments of the command line → recordings, lazily and in input order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "rookery/recording.h"
#include "rookery/result.h"
#include "supervisor/inputs/name_list.h"
#include "supervisor/journal/journal.h"

namespace rookery {

// An input that could not be searched for recordings, such as a folder that may not be read or a
// list that breaks off. It has position, key and path like a recording, so that it gets its row;
// `error` has stage "input".
struct InputFault {
  Recording place;
  Error error;
};
struct EndOfInputs {};
using InputItem = std::variant<Recording, InputFault, EndOfInputs, NotYet>;

// Yields the recordings of files, folders (recursive, in byte order of names), globs and `-`, a
// list on `list`. Which files of a folder are taken, and what keys they get: docs/config.md,
// "Inputs". Holds the names of one folder for each level it is deep in, and the matches of globs.
class InputSource {
 public:
  // Error (stage "input", a matter of exit code 2): an argument that does not exist, a glob without
  // match, `-` twice. `list` is read when next() comes to it. `list_separator` is '\n' or '\0'.
  static Result<InputSource> open(const std::vector<std::string>& arguments, ListBytes list,
                                  char list_separator = '\n');
  InputSource(InputSource&&) noexcept;
  InputSource& operator=(InputSource&&) noexcept;
  ~InputSource();

  // Positions count up from 0. NotYet: the list's next name has not come. After EndOfInputs it is
  // always EndOfInputs.
  InputItem next();

 private:
  class Walk;
  explicit InputSource(std::unique_ptr<Walk> walk);
  std::unique_ptr<Walk> walk_;
};

// All recordings of the arguments but those of `-`, in a walk of its own; what cannot be searched
// is passed over. Errors: those of InputSource::open().
Status for_each_recording(const std::vector<std::string>& arguments,
                          const std::function<void(const Recording&)>& take);

// How much there is, for the progress display.
struct InputTotals {
  std::int64_t recordings = 0;
  std::int64_t bytes = 0;  // of regular files
};
Result<InputTotals> count_inputs(const std::vector<std::string>& arguments);

// Size and modification time; zeros when the file can't be looked at.
FileIdentity identify(const std::string& path);

}  // namespace rookery
