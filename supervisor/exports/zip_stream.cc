#include "supervisor/exports/zip_stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <cerrno>

namespace rookery {
namespace {

constexpr int kMode = 0644;

struct EntryFreer {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

}  // namespace

// Freeing one that is not closed would write its end.
void ZipStream::Closer::operator()(archive* zip) const {
  archive_write_fail(zip);
  archive_write_free(zip);
}

ZipStream::ZipStream(AtomicFile& file)
    : target_(new Target{&file, std::nullopt}), zip_(archive_write_new()) {}

Result<ZipStream> ZipStream::open(AtomicFile& file) {
  ZipStream stream(file);
  archive* zip = stream.zip_.get();
  // No blocks of ten kilobytes, as tapes want them.
  if (archive_write_set_format_zip(zip) != ARCHIVE_OK ||
      archive_write_zip_set_compression_store(zip) != ARCHIVE_OK ||
      archive_write_set_bytes_per_block(zip, 0) != ARCHIVE_OK ||
      archive_write_open(zip, stream.target_.get(), nullptr, &ZipStream::take, nullptr) !=
          ARCHIVE_OK) {
    return stream.error();
  }
  return stream;
}

std::ptrdiff_t ZipStream::take(archive* zip, void* target, const void* bytes, std::size_t size) {
  auto& into = *static_cast<Target*>(target);
  const Status written = into.file->write({static_cast<const char*>(bytes), size});
  if (written) return static_cast<std::ptrdiff_t>(size);
  into.error = written.error();
  archive_set_error(zip, EIO, "%s", written.error().reason.c_str());
  return -1;
}

Error ZipStream::error() const {
  if (target_->error) return *target_->error;
  const char* reason = archive_error_string(zip_.get());
  return {"export", fmt::format("a ZIP archive can't be written: {}", reason ? reason : "?"), ""};
}

Status ZipStream::begin_member(const std::string& name, std::int64_t size) {
  const std::unique_ptr<archive_entry, EntryFreer> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), kMode);
  archive_entry_set_size(entry.get(), size);
  return archive_write_header(zip_.get(), entry.get()) == ARCHIVE_OK ? Status(Done{}) : error();
}

Status ZipStream::write(std::string_view bytes) {
  const auto size = static_cast<la_ssize_t>(bytes.size());
  return archive_write_data(zip_.get(), bytes.data(), bytes.size()) == size ? Status(Done{})
                                                                            : error();
}

Status ZipStream::close() {
  return archive_write_close(zip_.get()) == ARCHIVE_OK ? Status(Done{}) : error();
}

}  // namespace rookery
