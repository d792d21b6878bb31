#include "supervisor/bench/runs_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "supervisor/bench/whole_file.h"
#include "supervisor/config/fingerprint.h"
#include "supervisor/system_error.h"

namespace rookery {
namespace {

using Json = nlohmann::ordered_json;
using Facts = std::map<std::string, std::string>;

constexpr const char* kSchema = "rookery-bench-runs-1";

struct Content {
  std::vector<std::string> lines;
  off_t size = 0;  // of the lines that are whole
};

Content whole_lines(const std::string& text) {
  Content content;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    content.lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  content.size = static_cast<off_t>(begin);
  return content;
}

Error not_ours(const std::string& path, const std::string& what) {
  return {"config", fmt::format("{}: {}", path, what), "name another folder with --out"};
}

Status check_header(const std::string& path, const std::string& line, const Facts& facts) {
  try {
    const Json header = Json::parse(line);
    if (header.at("schema") != kSchema) return not_ours(path, "is no file of bench's runs");
    const auto difference = first_difference(header.at("facts").get<Facts>(), facts);
    return difference ? Status(*difference) : Status(Done{});
  } catch (const Json::exception&) {
    return not_ours(path, "is no file of bench's runs");
  }
}

Result<std::vector<RunRecord>> records_of(const std::string& path,
                                          const std::vector<std::string>& lines) {
  std::vector<RunRecord> records;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    auto record = parse_run_record(lines[i]);
    if (!record) return not_ours(path, fmt::format("line {}: {}", i + 1, record.error().reason));
    // Anew, so that runs of an earlier version count as those of this one do.
    if (record->ending == RunEnding::kDone) take_memory(record->memory, record->metrics);
    records.push_back(std::move(*record));
  }
  return records;
}

Status write_line(int fd, const std::string& path, const std::string& line) {
  const std::string text = line + "\n";
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(fd, text.data() + written, text.size() - written);
    if (count < 0 && errno != EINTR) return system_error("bench", path, "written", errno);
    if (count > 0) written += static_cast<std::size_t>(count);
  }
  if (::fsync(fd) != 0) return system_error("bench", path, "written", errno);
  return Done{};
}

}  // namespace

Result<RunsFile> RunsFile::open(const std::string& path, const Facts& facts) {
  const auto text = bytes_if_there(path);
  if (!text) return text.error();
  const Content content = whole_lines(text->value_or(""));
  std::vector<RunRecord> earlier;
  if (!content.lines.empty()) {
    if (const Status ours = check_header(path, content.lines.front(), facts); !ours) {
      return ours.error();
    }
    auto records = records_of(path, content.lines);
    if (!records) return records.error();
    earlier = std::move(*records);
  }
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!fd || ::ftruncate(fd.get(), content.size) != 0) {
    return system_error("bench", path, "written", errno);
  }
  if (content.lines.empty()) {
    const Json header = {{"schema", kSchema}, {"facts", facts}};
    const Status begun = write_line(fd.get(), path, header.dump());
    if (!begun) return begun.error();
  }
  return RunsFile(path, std::move(fd), std::move(earlier));
}

Status RunsFile::append(const RunRecord& record) {
  return write_line(fd_.get(), path_, to_line(record));
}

}  // namespace rookery
