// What a long command shows of itself while it runs: one line that is rewritten on a terminal, and
// lines that stay.
#pragma once

#include <cstdio>
#include <string>

namespace rookery {

enum class ProgressStyle { kTerminal, kPlain, kQuiet };

// kTerminal if `stream` is one, else kPlain; kQuiet when asked for.
ProgressStyle progress_style(std::FILE* stream, bool quiet);

class StatusLine {
 public:
  // `stream` outlives it.
  StatusLine(ProgressStyle style, std::FILE* stream) : style_(style), stream_(stream) {}

  ProgressStyle style() const { return style_; }
  void set_style(ProgressStyle style) { style_ = style; }

  // A line of its own; on a terminal it takes the place of the line that show() keeps. Nothing when
  // quiet.
  void say(const std::string& line);
  // On a terminal the line that is rewritten, cut to its width; else as say().
  void show(const std::string& line);

 private:
  ProgressStyle style_;
  std::FILE* stream_;
  bool line_stands_ = false;
};

}  // namespace rookery
