#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "supervisor/exports/formats.h"
#include "supervisor/exports/row_text.h"
#include "supervisor/exports/single_file_writer.h"
#include "supervisor/recording_key.h"
#include "supervisor/utf8.h"

namespace rookery {
namespace {

// White space by Unicode's definition beyond ASCII: readers split fields at it. The line separators
// among it are in one_line().
constexpr auto kWideSpaces = std::to_array<std::string_view>(
    {"\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
     "\u2007", "\u2008", "\u2009", "\u200A", "\u202F", "\u205F", "\u3000"});

bool separates_fields(std::string_view character) {
  return one_line(character) == " " ||
         std::find(kWideSpaces.begin(), kWideSpaces.end(), character) != kWideSpaces.end();
}

// Calls append(character, text) for each character of valid UTF-8.
template <class Append>
std::string replaced(std::string_view text, const Append& append) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length_at(text, at);
    append(text.substr(at, length), result);
    at += length;
  }
  return result;
}

// A field that names a recording. White space and quotes, at which readers would stumble, are
// written as encode_key() writes bytes that are no UTF-8, so that different keys stay different.
std::string file_field(std::string_view key) {
  return replaced(encode_key(key), [](std::string_view character, std::string& field) {
    if (character != "\"" && !separates_fields(character)) {
      field += character;
      return;
    }
    for (const char byte : character) {
      field += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
  });
}

// A field that names what was found.
std::string name_field(std::string_view name) {
  if (name.empty()) return "<NA>";
  return replaced(one_line(name), [](std::string_view character, std::string& field) {
    if (character == "\"") {
      field += '\'';
    } else {
      field += separates_fields(character) ? "_" : character;
    }
  });
}

// Fields: type, file, channel, start, duration, words spoken, kind of word, speaker, confidence,
// look-ahead time.
class RttmWriter final : public SingleFileWriter {
 public:
  using SingleFileWriter::SingleFileWriter;

  Status begin_recording(const JournalEntry& entry) override {
    recording_ = file_field(entry.key);
    return Done{};
  }
  Status add(const Detection& detection, const std::string& label) override {
    const std::string place = fmt::format("{} {} {} {}", recording_, std::max(detection.channel, 1),
                                          seconds_text(detection.start_us),
                                          seconds_text(detection.end_us - detection.start_us));
    const std::string name = name_field(label);
    const std::string score = score_text(detection.score);
    return write(detection.text.empty()
                     ? fmt::format("SPEAKER {} <NA> <NA> {} {} <NA>\n", place, name, score)
                     : fmt::format("LEXEME {} {} lex <NA> {} <NA>\n", place, name, score));
  }

 private:
  std::string recording_;
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> create_rttm(const std::string& out_folder,
                                                  const ExportSettings& /*settings*/) {
  return create_single_file<RttmWriter>(out_folder + "/detections.rttm");
}

}  // namespace rookery
