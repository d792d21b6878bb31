// A sound SQLite file with the journal's tables, whose rows hold anything: what is in it is read,
// exported and gone on with, or is an error.
#include <fmt/format.h>
#include <fuzzer/FuzzedDataProvider.h>

#include <array>

#include "supervisor/journal/sqlite_database.h"
#include "supervisor/journal/sqlite_journal.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/read_journal.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

struct Table {
  const char* name;
  int columns;
};

constexpr std::array kTables = {Table{"facts", 2},    Table{"recordings", 12},
                                Table{"detections", 8}, Table{"vectors", 6},
                                Table{"checkpoints", 3}, Table{"faults", 6}};
// Names of facts and recordings, so that rows mean something.
constexpr std::array kTexts = {"labels",           "card.sample_rate", "audio.channel",
                               "export.timestamps", "export.vector_length",
                               "speech\nmusic",    "16000",            "each",
                               "header",           "filename=%Y%m%d",  "a.wav",
                               "b.wav",            "/in/a.wav",        "../b.wav"};

// One value as SQL writes it.
std::string any_value(FuzzedDataProvider& input) {
  switch (input.ConsumeIntegralInRange(0, 6)) {
    case 0:
      return "NULL";
    case 1:
      return fmt::format("{}", input.ConsumeIntegral<std::int64_t>());
    case 2:
      return fmt::format("{}", input.ConsumeFloatingPoint<double>());
    case 3: {
      const std::string bytes = input.ConsumeRandomLengthString(64);
      std::string hexadecimal;
      for (const char byte : bytes) {
        hexadecimal += fmt::format("{:02x}", static_cast<unsigned char>(byte));
      }
      return "x'" + hexadecimal + "'";
    }
    case 4:
      return fmt::format("'{}'", input.PickValueInArray(kTexts));
    default:
      return fmt::format("{}", input.ConsumeIntegralInRange(0, 4));
  }
}

std::string any_row(FuzzedDataProvider& input) {
  const Table& table = kTables[input.ConsumeIntegralInRange<std::size_t>(0, kTables.size() - 1)];
  std::string values = any_value(input);
  for (int i = 1; i < table.columns; ++i) values += ", " + any_value(input);
  return fmt::format("INSERT OR IGNORE INTO {} VALUES ({})", table.name, values);
}

}  // namespace
}  // namespace rookery

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rookery;
  const TemporaryFolder folder;
  const std::string path = folder / "journal.sqlite";
  fuzz::require(SqliteJournal::open(path, CommitLog::kRollback).ok(), "a new journal can be made");
  {
    const auto database = SqliteDatabase::open(path, SqliteAccess::kCreate);
    fuzz::require(database.ok(), "it can be opened as a database");
    static_cast<void>((*database)->execute("PRAGMA synchronous = OFF; BEGIN"));
    FuzzedDataProvider input(data, size);
    while (input.remaining_bytes() > 0) {
      // A row that the tables refuse is left out.
      static_cast<void>((*database)->execute(any_row(input)));
    }
    static_cast<void>((*database)->execute("COMMIT"));
  }
  folder.write("journal.sqlite.vectors-1", std::string(4096, '\x3f'));
  fuzz::read_journal(folder.path().string());
  return 0;
}
