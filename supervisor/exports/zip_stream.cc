#include "supervisor/exports/zip_stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

namespace rookery {
namespace {

constexpr int kMode = 0644;

struct EntryFreer {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

}  // namespace

// Freeing an archive that is not closed writes its end, which nobody wants then.
void ZipStream::Closer::operator()(archive* zip) const {
  target->file = nullptr;
  archive_write_free(zip);
}

ZipStream::ZipStream(AtomicFile& file)
    : target_(new Target{&file, std::nullopt}), zip_(archive_write_new(), Closer{target_.get()}) {}

Result<ZipStream> ZipStream::open(AtomicFile& file) {
  ZipStream stream(file);
  archive* zip = stream.zip_.get();
  // No blocks of ten kilobytes, as tapes want them.
  const Status opened = stream.outcome(archive_write_set_format_zip(zip) == ARCHIVE_OK &&
                                       archive_write_zip_set_compression_store(zip) == ARCHIVE_OK &&
                                       archive_write_set_bytes_per_block(zip, 0) == ARCHIVE_OK &&
                                       archive_write_open(zip, stream.target_.get(), nullptr,
                                                          &ZipStream::take, nullptr) == ARCHIVE_OK);
  if (!opened) return opened.error();
  return stream;
}

// Never fails for libarchive, which would leak its buffers then.
std::ptrdiff_t ZipStream::take(archive* /*zip*/, void* target, const void* bytes,
                               std::size_t size) {
  auto& into = *static_cast<Target*>(target);
  if (into.file != nullptr && !into.error) {
    const Status written = into.file->write({static_cast<const char*>(bytes), size});
    if (!written) into.error = written.error();
  }
  return static_cast<std::ptrdiff_t>(size);
}

Status ZipStream::outcome(bool done) const {
  if (target_->error) return *target_->error;
  if (done) return Done{};
  const char* reason = archive_error_string(zip_.get());
  return Error{"export",
               fmt::format("a ZIP archive can't be written: {}", reason != nullptr ? reason : "?"),
               ""};
}

Status ZipStream::begin_member(const std::string& name, std::int64_t size) {
  const std::unique_ptr<archive_entry, EntryFreer> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), kMode);
  archive_entry_set_size(entry.get(), size);
  return outcome(archive_write_header(zip_.get(), entry.get()) == ARCHIVE_OK);
}

Status ZipStream::write(std::string_view bytes) {
  const auto size = static_cast<la_ssize_t>(bytes.size());
  return outcome(archive_write_data(zip_.get(), bytes.data(), bytes.size()) == size);
}

Status ZipStream::close() { return outcome(archive_write_close(zip_.get()) == ARCHIVE_OK); }

}  // namespace rookery
