// make_seeds OUT: writes what fuzzing begins with, a folder for each target. Made, not kept: seeds
// follow the protocol's and the journal's versions by themselves.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "ipc/codec.h"
#include "shm/model_store.h"
#include "supervisor/config/config_file.h"
#include "supervisor/config/config_keys.h"
#include "supervisor/journal/sqlite_journal.h"
#include "supervisor/pass_checkpoint.h"
#include "tests/fuzz/example_pass.h"
#include "tests/ipc/arbitrary_messages.h"
#include "tests/worker/audio_kinds.h"
#include "tests/worker/ffmpeg_recordings.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr int kMessages = 150;
constexpr int kMessageSize = 20;  // as RapidCheck counts
constexpr std::size_t kMaxMessageBytes = 2048;
constexpr std::int64_t kRecordingFrames = 1200;

class SeedFolder {
 public:
  explicit SeedFolder(const fs::path& path) : path_(path) { fs::create_directories(path); }
  void add(const std::string& bytes) { write(fmt::format("{:03}", count_++), bytes); }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }

 private:
  fs::path path_;
  int count_ = 0;
};

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void make_messages(SeedFolder seeds) {
  const auto messages = rc::gen::arbitrary<Message>();
  for (int i = 0; i < kMessages; ++i) {
    const rc::Random random(static_cast<std::uint64_t>(i));
    const std::string bytes = encode(messages(random, kMessageSize).value());
    if (bytes.size() <= kMaxMessageBytes) seeds.add(bytes);
  }
}

void make_checkpoints(SeedFolder seeds) {
  for (const WorkShape& shape : fuzz::example_shapes()) {
    ModelPass pass = fuzz::example_pass(shape);
    while (!pass.exhausted()) {
      fuzz::go_on(pass, shape);
      seeds.add(encode(pass.checkpoint()));
    }
  }
}

void make_configs(SeedFolder seeds, const fs::path& dictionary) {
  seeds.add("model: m\nout: o\nbatch.size: 4\npostprocess: {threshold: 0.4, top_k: 2}\n");
  std::ofstream words(dictionary);
  for (const ConfigKey& key : config_keys()) {
    seeds.add(fmt::format("{}: {}\n", key.name, key.print(RunConfig())));
    words << fmt::format("\"{}: \"\n", key.name);
  }
}

void make_cards(SeedFolder seeds) {
  for (const auto& card : fs::directory_iterator(ROOKERY_SOURCE_DIR "/tests/fuzz/cards")) {
    using namespace std::string_literals;
    seeds.add(bytes_of(card.path()) + "\0speech\nmusic\nnoise\n"s);
  }
}

void make_stores(SeedFolder seeds) {
  const std::array<std::int64_t, 2> sizes = {2, 3};
  const std::array<std::int64_t, 2> strides = {3, 1};
  const std::array<float, 6> values = {1, 2, 3, 4, 5, 6};
  const TensorView tensor{"w", Dtype::kFloat32, sizes, strides, std::as_bytes(std::span(values))};
  const TensorView scalar{"s", Dtype::kFloat64, {}, {}, std::as_bytes(std::span(values).first(2))};
  const std::string digest(kDigestChars, 'a');
  for (const std::vector<TensorView>& tensors :
       {std::vector<TensorView>{}, {tensor}, {tensor, scalar, tensor}}) {
    const auto store =
        publish_model({.tensors = tensors, .skeleton = "skeleton", .digest = digest}).value();
    const auto bytes = store.bytes();
    seeds.add({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
}

void fill(Journal& journal) {
  const auto admit = [&journal](const std::string& key) {
    return journal.admit({0, key, "/in/" + key}, {1, 1}).value().value().id;
  };
  const auto must = [](const Status& status) { status.value(); };
  must(journal.set_facts({{kLabelsFact, "speech\nmusic"},
                          {kSampleRateFact, "16000"},
                          {kTimestampsFact, "header"},
                          {kVectorLengthFact, "2"}}));
  must(journal.begin_run());
  const std::int64_t done = admit("a.wav");
  must(journal.append(done, {{0, 1'500'000, 1, 0.75F}, {0, 500'000, -1, 0.5F, "word"}}));
  must(journal.append_vectors(done, {2, {{0, 1'000'000}}, {0.5F, 0.25F}}));
  must(journal.finish(done, {RecordingState::kDoneWithGaps,
                             2'000'000,
                             {{"decode", "damaged", 1'500'000, 2'000'000}},
                             1'700'000'000'000'000}));
  must(journal.finish(admit("b/c.wav"),
                      {RecordingState::kFailed, 0, {{"probe", "no audio", {}, {}}}}));
  const std::int64_t pending = admit("b.wav");
  must(journal.append(pending, {{0, 500'000, 0, 0.5F}}));
  must(journal.checkpoint(pending, 0, encode(PassCheckpoint{3, {0.5F}, {}, false, {}})));
  must(journal.flush());
}

void make_journals(SeedFolder seeds) {
  const testing::TemporaryFolder folder;
  for (const bool filled : {false, true}) {
    const std::string path = folder.file(filled ? "filled" : "empty");
    {
      const auto journal = SqliteJournal::open(path, CommitLog::kRollback).value();
      if (filled) fill(*journal);
    }
    seeds.add(bytes_of(path));
  }
}

// What rows are made of; any bytes are some.
void make_rows(SeedFolder seeds) {
  const auto rows = rc::gen::container<std::string>(600, rc::gen::arbitrary<char>());
  for (std::uint64_t i = 0; i < 16; ++i) seeds.add(rows(rc::Random(i), 100).value());
}

void make_recordings(SeedFolder seeds) {
  const testing::TemporaryFolder folder;
  for (const testing::AudioKind& kind : testing::all_kinds()) {
    const std::string path = folder.file(kind.name);
    testing::write_recording(path, kind, testing::test_signal(kRecordingFrames, kind.channels));
    seeds.write(kind.name, bytes_of(path));
  }
  for (const testing::FilmKind& kind : testing::film_kinds()) {
    const std::string path = testing::write_film(folder, kind, kRecordingFrames);
    seeds.write(kind.name, bytes_of(path));
  }
}

void make_all(const fs::path& out) {
  make_messages(SeedFolder(out / "message_fuzz"));
  make_checkpoints(SeedFolder(out / "checkpoint_fuzz"));
  make_configs(SeedFolder(out / "config_fuzz"), out / "config_fuzz.dict");
  make_cards(SeedFolder(out / "model_card_fuzz"));
  make_stores(SeedFolder(out / "model_store_fuzz"));
  make_journals(SeedFolder(out / "journal_file_fuzz"));
  make_rows(SeedFolder(out / "journal_rows_fuzz"));
  make_recordings(SeedFolder(out / "recording_fuzz"));
}

}  // namespace
}  // namespace rookery

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_seeds OUT\n");
    return 2;
  }
  rookery::make_all(argv[1]);
  return testing::Test::HasFailure() ? 1 : 0;
}
