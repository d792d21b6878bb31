// A fresh directory that TMPDIR names while it lives, to see what is left in it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace rookery {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    path_ = std::filesystem::temp_directory_path() / "rookery-test-XXXXXX";
    if (!::mkdtemp(path_.data())) throw std::runtime_error("no directory " + path_);
    ::unsetenv("XDG_RUNTIME_DIR");
    ::setenv("TMPDIR", path_.c_str(), 1);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    ::unsetenv("TMPDIR");
    std::filesystem::remove_all(path_);
  }

  const std::string& path() const { return path_; }
  bool is_empty() const { return std::filesystem::is_empty(path_); }

 private:
  std::string path_;
};

}  // namespace rookery
