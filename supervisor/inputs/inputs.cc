#include "supervisor/inputs/inputs.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "supervisor/inputs/folder_walk.h"
#include "supervisor/inputs/glob_matches.h"
#include "supervisor/inputs/input_names.h"
#include "supervisor/recording_key.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

// Of a list that cannot be read to its end.
constexpr const char* kListKey = "standard input";
constexpr std::int64_t kNanosecondsInSecond = 1'000'000'000;

struct ListArgument {};
using Argument = std::variant<GlobMatch, ListArgument>;

Error unusable(const std::string& argument, const std::string& reason, const std::string& remedy) {
  return {"input", fmt::format("{}: {}", encode_key(argument), reason), remedy};
}

// A link that leads nowhere exists; a path that may not be looked at may exist.
bool exists(const std::string& path) {
  std::error_code error;
  return fs::symlink_status(path, error).type() != fs::file_type::not_found;
}

bool is_glob(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

Status add_argument(const std::string& text, std::deque<Argument>& arguments) {
  if (text == "-") {
    const bool again = std::any_of(arguments.begin(), arguments.end(), [](const Argument& a) {
      return std::holds_alternative<ListArgument>(a);
    });
    if (again) return unusable(text, "standard input is given twice", "a file named - is ./-");
    arguments.emplace_back(ListArgument{});
    return Done{};
  }
  if (exists(text)) {
    arguments.emplace_back(GlobMatch{text, ""});
    return Done{};
  }
  if (!is_glob(text)) return unusable(text, "there is no such file or folder", "");
  const auto matches = glob_matches(text);
  if (!matches) return matches.error();
  if (matches->empty()) return unusable(text, "nothing matches", "");
  arguments.insert(arguments.end(), matches->begin(), matches->end());
  return Done{};
}

// A folder with a recording's name is taken for a recording, and will fail, unless a slash says
// that the folder is meant: `*.wav` shall not enter it.
bool is_folder_to_walk(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return false;
  return path.ends_with('/') || !is_recording_name(fs::path(path).filename().string());
}

std::string current_directory() {
  std::error_code error;
  const fs::path directory = fs::current_path(error);
  return error ? "/" : directory.string();
}

}  // namespace

class InputSource::Walk {
 public:
  Walk(std::deque<Argument> arguments, ListBytes list, char list_separator)
      : arguments_(std::move(arguments)), list_(std::move(list), list_separator) {}

  InputItem next() {
    while (true) {
      if (auto found = next_in_folder()) return std::move(*found);
      if (reading_list_) {
        if (auto item = next_in_list()) return std::move(*item);
      } else if (arguments_.empty()) {
        return EndOfInputs{};
      } else if (auto item = begin_next_argument()) {
        return std::move(*item);
      }
    }
  }

 private:
  std::optional<InputItem> next_in_folder() {
    auto found = folder_ ? folder_->next() : std::nullopt;
    if (!found) {
      folder_.reset();
      return std::nullopt;
    }
    Recording place = recording(std::move(found->key), std::move(found->path));
    if (!found->fault) return place;
    return InputFault{std::move(place), std::move(*found->fault)};
  }

  // Nothing at the list's end, and of a folder, which is begun.
  std::optional<InputItem> next_in_list() {
    auto listed = list_.next();
    if (std::holds_alternative<NotYet>(listed)) return NotYet{};
    if (auto* error = std::get_if<Error>(&listed)) {
      reading_list_ = false;
      return InputFault{recording(kListKey, "-"), std::move(*error)};
    }
    const auto* name = std::get_if<NameList::Name>(&listed);
    reading_list_ = name != nullptr;
    return reading_list_ ? begin(*name) : std::nullopt;
  }

  std::optional<InputItem> begin_next_argument() {
    const Argument argument = std::move(arguments_.front());
    arguments_.pop_front();
    const auto* match = std::get_if<GlobMatch>(&argument);
    if (match == nullptr) {
      reading_list_ = true;
      return std::nullopt;
    }
    if (match->fault.empty()) return begin(match->path);
    return InputFault{recording(key_of_file(match->path, current_directory_), match->path),
                      {"input", "the folder can't be read: " + match->fault, ""}};
  }

  std::optional<InputItem> begin(const NameList::Name& name) {
    const bool holds_nul = name.bytes.find('\0') != std::string::npos;
    if (!name.cut && !holds_nul) return begin(name.bytes);
    Recording place = recording(name.bytes.substr(0, 255), name.bytes);
    if (name.cut) return InputFault{std::move(place), {"input", "the listed name is too long", ""}};
    return InputFault{
        std::move(place),
        {"input", "the listed name holds a NUL byte", "--null reads lists with NUL between names"}};
  }

  // A file gives its recording; a folder is begun and gives nothing yet.
  std::optional<InputItem> begin(const std::string& path) {
    if (!is_folder_to_walk(path)) {
      return recording(key_of_file(path, current_directory_), tidy_path(path));
    }
    folder_.emplace(tidy_path(path), key_of_folder(path, current_directory_));
    return std::nullopt;
  }

  Recording recording(std::string key, std::string path) {
    return {next_position_++, std::move(key), std::move(path)};
  }

  std::deque<Argument> arguments_;
  NameList list_;
  bool reading_list_ = false;
  std::optional<FolderWalk> folder_;
  std::string current_directory_ = current_directory();
  std::int64_t next_position_ = 0;
};

Result<InputSource> InputSource::open(const std::vector<std::string>& arguments, ListBytes list,
                                      char list_separator) {
  std::deque<Argument> checked;
  for (const std::string& argument : arguments) {
    const Status status = add_argument(argument, checked);
    if (!status.ok()) return status.error();
  }
  return InputSource(std::make_unique<Walk>(std::move(checked), std::move(list), list_separator));
}

InputSource::InputSource(std::unique_ptr<Walk> walk) : walk_(std::move(walk)) {}
InputSource::InputSource(InputSource&&) noexcept = default;
InputSource& InputSource::operator=(InputSource&&) noexcept = default;
InputSource::~InputSource() = default;

InputItem InputSource::next() { return walk_->next(); }

Status for_each_recording(const std::vector<std::string>& arguments,
                          const std::function<void(const Recording&)>& take) {
  Result<InputSource> source = InputSource::open(arguments, [] { return EndOfList{}; });
  if (!source) return source.error();
  while (true) {
    const InputItem item = source->next();
    if (std::holds_alternative<EndOfInputs>(item)) return Done{};
    if (const auto* recording = std::get_if<Recording>(&item)) take(*recording);
  }
}

Result<InputTotals> count_inputs(const std::vector<std::string>& arguments) {
  InputTotals totals;
  const Status counted = for_each_recording(arguments, [&](const Recording& recording) {
    ++totals.recordings;
    struct stat status {};
    if (::stat(recording.path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
      totals.bytes += status.st_size;
    }
  });
  if (!counted) return counted.error();
  return totals;
}

FileIdentity identify(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_size, status.st_mtim.tv_sec * kNanosecondsInSecond + status.st_mtim.tv_nsec};
}

}  // namespace rookery
