// What the formats that are one file have in common.
#pragma once

#include <string>
#include <utility>

#include "supervisor/atomic_file.h"
#include "supervisor/exports/export.h"

namespace rookery {

// Its file stands under its final name after close().
class SingleFileWriter : public ExportWriter {
 public:
  explicit SingleFileWriter(AtomicFile file) : file_(std::move(file)) {}

  Status end_recording() override { return Done{}; }
  Status close() override { return file_.commit(); }

 protected:
  Status write(std::string_view text) { return file_.write(text); }

 private:
  AtomicFile file_;
};

// Creates a Writer of `arguments` on the file `path`, which begins with `head`.
template <class Writer, class... Arguments>
Result<std::unique_ptr<ExportWriter>> create_single_file(const std::string& path,
                                                         std::string_view head = "",
                                                         const Arguments&... arguments) {
  auto file = AtomicFile::create(path);
  if (!file) return file.error();
  const Status written = file->write(head);
  if (!written) return written.error();
  return std::unique_ptr<ExportWriter>(std::make_unique<Writer>(std::move(*file), arguments...));
}

}  // namespace rookery
