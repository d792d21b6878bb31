#include "worker/torch_error.h"

#include <c10/util/Exception.h>

#include <string_view>

namespace rookery {
namespace {

// Errors inside forward come as "The following operation failed …", a traceback of the model's own
// code, and on the last unindented line "RuntimeError: the cause".
constexpr std::string_view kTracebackOpening = "The following operation failed";
constexpr std::string_view kCauseMarker = "Error: ";
constexpr std::string_view kBlank = " \t\r\n";

std::string_view first_line(std::string_view text) {
  const std::size_t start = text.find_first_not_of(kBlank);
  if (start == std::string_view::npos) return "no reason given";
  text.remove_prefix(start);
  return text.substr(0, text.find('\n'));
}

std::string_view cause_below_traceback(std::string_view text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    const std::size_t marker = line.find(kCauseMarker);
    const bool starts_line = marker != std::string_view::npos &&
                             line.substr(0, marker).find_first_of(" \t") == std::string_view::npos;
    if (starts_line) return first_line(text.substr(begin + marker + kCauseMarker.size()));
    begin = end + 1;
  }
  return first_line(text);
}

}  // namespace

std::string torch_reason(const std::exception& exception) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&exception);
  const std::string_view text =
      torch_error != nullptr ? torch_error->what_without_backtrace() : exception.what();
  const bool has_traceback = text.find(kTracebackOpening) != std::string_view::npos;
  return std::string(has_traceback ? cause_below_traceback(text) : first_line(text));
}

}  // namespace rookery
