// A folder that appears under its final name whole or not at all.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "rookery/result.h"

namespace rookery {

// Filled under a temporary name beside the final one (".rookery-…") and renamed by commit().
// Destroyed without it, the temporary folder is removed. Errors have the stage "export". Not
// thread-safe.
class NewFolder {
 public:
  // Refuses a final path that exists.
  static Result<NewFolder> create(const std::string& final_path);
  NewFolder(NewFolder&& other) noexcept;
  NewFolder& operator=(NewFolder&&) = delete;
  ~NewFolder();

  // Where a file of that name is to be written.
  std::string path(std::string_view name) const;
  Status write(std::string_view name, std::string_view bytes) const;
  // Makes the contents durable and gives the folder its final name, durably.
  Status commit();

 private:
  NewFolder(std::string final_path, std::string temporary_path)
      : final_path_(std::move(final_path)), temporary_path_(std::move(temporary_path)) {}

  std::string final_path_;
  std::string temporary_path_;  // empty once committed
};

}  // namespace rookery
