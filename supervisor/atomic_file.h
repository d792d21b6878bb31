// A file that appears under its final name whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "rookery/result.h"
#include "rookery/unique_fd.h"

namespace rookery {

// Written under a temporary name (".rookery-….tmp") and renamed by commit(). Destroyed without it,
// the temporary file is removed and what stood under the final name before is untouched. Errors
// have the stage "export". Not thread-safe.
class AtomicFile {
 public:
  // `temporary_folder` must be on the final path's file system; by default the final path's folder.
  static Result<AtomicFile> create(const std::string& final_path,
                                   const std::string& temporary_folder = "");
  AtomicFile(AtomicFile&&) noexcept = default;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  Status write(std::string_view bytes);
  // Makes the contents durable and gives the file its final name, durably.
  Status commit();

 private:
  AtomicFile(std::string final_path, std::string temporary_path, UniqueFd fd);
  Status write_out();

  std::string final_path_;
  std::string temporary_path_;
  UniqueFd fd_;  // locked, so that others see that the temporary file is alive; none once committed
  std::string buffer_;
};

// Writes `bytes` to `path`, whole or not at all, durably.
Status write_file_atomically(const std::string& path, std::string_view bytes);

// Removes the temporary files that killed programs left directly in `folder`; those that a living
// program still writes stay.
Status remove_abandoned_temporaries(const std::string& folder);

// Whether a file name is one of a temporary file of this class.
bool is_temporary_name(std::string_view file_name);

}  // namespace rookery
