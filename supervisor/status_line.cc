#include "supervisor/status_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace rookery {
namespace {

// Cut to the terminal's width, in code points: a wrapped line could not be rewritten.
std::string cut_to_width(const std::string& line, std::FILE* stream) {
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return line;
  std::size_t columns = 0;
  for (std::size_t index = 0; index < line.size(); ++index) {
    const bool starts_character = (static_cast<unsigned char>(line[index]) & 0xC0U) != 0x80U;
    if (starts_character && columns++ == size.ws_col) return line.substr(0, index);
  }
  return line;
}

}  // namespace

ProgressStyle progress_style(std::FILE* stream, bool quiet) {
  if (quiet) return ProgressStyle::kQuiet;
  return isatty(fileno(stream)) != 0 ? ProgressStyle::kTerminal : ProgressStyle::kPlain;
}

void StatusLine::say(const std::string& line) {
  if (style_ == ProgressStyle::kQuiet) return;
  if (line_stands_) std::fputs("\r\x1b[K", stream_);
  line_stands_ = false;
  fmt::print(stream_, "{}\n", line);
  std::fflush(stream_);
}

void StatusLine::show(const std::string& line) {
  if (style_ == ProgressStyle::kPlain) {
    say(line);
    return;
  }
  if (style_ == ProgressStyle::kQuiet) return;
  fmt::print(stream_, "\r{}\x1b[K", cut_to_width(line, stream_));
  line_stands_ = true;
  std::fflush(stream_);
}

}  // namespace rookery
