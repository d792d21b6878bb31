// A sound SQLite file with the journal's tables, whose rows hold anything, some of them with the
// right checksums: what is in it is read, exported and gone on with, or is an error.
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

constexpr std::array kTables = {"facts",   "recordings",  "detections",
                                "vectors", "checkpoints", "faults"};
// Names of facts and recordings and what facts say, so that rows mean something.
constexpr std::array kTexts = {kLabelsFact,       kSampleRateFact,   kChannelFact, kTimestampsFact,
                               kVectorLengthFact, "speech\nmusic",   "16000",      "each",
                               "header",          "filename=%Y%m%d", "a.wav",      "b/20261121.wav",
                               "../b.wav"};

std::string any_text(FuzzedDataProvider& input) {
  return input.ConsumeBool() ? input.PickValueInArray(kTexts) : input.ConsumeRandomLengthString(32);
}

std::int64_t any_number(FuzzedDataProvider& input) {
  return input.ConsumeBool() ? input.ConsumeIntegral<std::int64_t>()
                             : input.ConsumeIntegralInRange<std::int64_t>(-2, 9'999'999);
}

std::optional<std::int64_t> perhaps(FuzzedDataProvider& input) {
  return input.ConsumeBool() ? std::optional(any_number(input)) : std::nullopt;
}

Detection any_detection(FuzzedDataProvider& input) {
  return {any_number(input),
          any_number(input),
          input.ConsumeIntegralInRange(-2, 2),
          input.ConsumeFloatingPoint<float>(),
          any_text(input),
          input.ConsumeIntegralInRange(-1, 2)};
}

RecordingOutcome any_outcome(FuzzedDataProvider& input) {
  RecordingOutcome outcome;
  outcome.state = static_cast<RecordingState>(input.ConsumeIntegralInRange(0, 3));
  outcome.duration_us = any_number(input);
  outcome.origin_us = perhaps(input);
  if (input.ConsumeBool()) {
    outcome.faults = {
        {any_text(input), any_text(input), perhaps(input), perhaps(input), any_text(input)}};
  }
  return outcome;
}

// Through the journal itself, which sets the checksums; what it refuses is left out.
void write_recording(FuzzedDataProvider& input, Journal& journal) {
  const auto entry = journal.admit({0, any_text(input), any_text(input)}, {any_number(input), 1});
  if (!entry || !*entry) return;
  const std::int64_t id = (*entry)->id;
  while (input.remaining_bytes() > 0) {
    switch (input.ConsumeIntegralInRange(0, 4)) {
      case 0:
        static_cast<void>(
            journal.checkpoint(id, input.ConsumeIntegralInRange(-1, 2), any_text(input)));
        break;
      case 1:
        static_cast<void>(journal.append_vectors(
            id, {2, {{any_number(input), any_number(input)}}, {0.5F, 0.25F}}));
        break;
      case 2:
        static_cast<void>(journal.finish(id, any_outcome(input)));
        return;
      default:
        static_cast<void>(journal.append(id, {any_detection(input)}));
    }
  }
}

void write_rows(FuzzedDataProvider& input, Journal& journal) {
  std::map<std::string, std::string> facts = {{kLabelsFact, "speech\nmusic"},
                                              {kSampleRateFact, "16000"}};
  while (input.ConsumeBool()) facts[any_text(input)] = any_text(input);
  static_cast<void>(journal.set_facts(facts));
  static_cast<void>(journal.begin_run());
  while (input.ConsumeBool()) write_recording(input, journal);
  static_cast<void>(journal.flush());
}

// One value as SQL writes it.
std::string any_value(FuzzedDataProvider& input) {
  switch (input.ConsumeIntegralInRange(0, 4)) {
    case 0:
      return "NULL";
    case 1:
      return fmt::format("{}", input.ConsumeFloatingPoint<double>());
    case 2: {
      std::string bytes;
      for (const char byte : any_text(input)) {
        bytes += fmt::format("{:02x}", static_cast<unsigned char>(byte));
      }
      return "x'" + bytes + "'";
    }
    default:
      return fmt::format("{}", any_number(input));
  }
}

// Past the journal: of any type, with any checksum. What the tables refuse is left out.
void write_foreign_row(FuzzedDataProvider& input, SqliteDatabase& database) {
  const std::string table = input.PickValueInArray(kTables);
  const auto columns =
      database.integer(fmt::format("SELECT count(*) FROM pragma_table_info('{}')", table));
  std::string values = any_value(input);
  for (std::int64_t i = 1; i < columns.value(); ++i) values += ", " + any_value(input);
  static_cast<void>(
      database.execute(fmt::format("INSERT OR REPLACE INTO {} VALUES ({})", table, values)));
}

}  // namespace
}  // namespace rookery

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rookery;
  const TemporaryFolder folder;
  const std::string path = folder / "journal.sqlite";
  FuzzedDataProvider input(data, size);
  {
    const auto journal = SqliteJournal::open(path, CommitLog::kRollback);
    fuzz::require(journal.ok(), "a new journal can be made");
    write_rows(input, **journal);
  }
  {
    const auto database = SqliteDatabase::open(path, SqliteAccess::kCreate);
    fuzz::require(database.ok(), "a journal can be opened as a database");
    while (input.remaining_bytes() > 0) write_foreign_row(input, **database);
  }
  fuzz::read_journal(folder.path().string());
  return 0;
}
