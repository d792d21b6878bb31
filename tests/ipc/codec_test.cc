#include "ipc/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "tests/ipc/arbitrary_messages.h"

namespace rookery {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string bytes_of(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes.push_back(static_cast<char>(value));
  return bytes;
}

// The reason decode() gives for refusing; fails the test if it does not refuse.
std::string refusal(const std::string& bytes) {
  const auto decoded = decode(bytes);
  if (decoded.ok()) {
    ADD_FAILURE() << "decoded as " << message_name(*decoded);
    return "";
  }
  EXPECT_EQ(decoded.error().stage, "protocol");
  return decoded.error().reason;
}

// Ten a time: RapidCheck's hundred cases would be about six of each type.
std::vector<Message> ten_messages() {
  return *rc::gen::container<std::vector<Message>>(10, rc::gen::arbitrary<Message>());
}

RC_GTEST_PROP(Codec, EveryMessageComesBackEqual, ()) {
  for (const Message& message : ten_messages()) {
    const auto decoded = decode(encode(message));
    RC_ASSERT(decoded.ok());
    RC_ASSERT(*decoded == message);
  }
}

RC_GTEST_PROP(Codec, NoTruncatedMessageIsAccepted, (const Message& message)) {
  const std::string bytes = encode(message);
  // Every length of a short message, some hundred of a long one.
  const std::size_t step = 1 + bytes.size() / 500;
  for (std::size_t size = 0; size < bytes.size(); size += step) {
    // A copy of its own size, so that the address sanitizer sees a read beyond it.
    const std::string truncated(bytes, 0, size);
    RC_ASSERT(!decode(truncated).ok());
  }
}

RC_GTEST_PROP(Codec, ADamagedMessageIsRefusedOrAnotherSoundOne, ()) {
  for (const Message& message : ten_messages()) {
    std::string bytes = encode(message);
    const auto position = *rc::gen::inRange<std::size_t>(0, bytes.size());
    bytes[position] = *rc::gen::arbitrary<char>();
    const auto decoded = decode(bytes);
    // Compared by bytes: damage can make a NaN, which equals nothing.
    if (decoded) RC_ASSERT(encode(*decode(encode(*decoded))) == encode(*decoded));
    if (!decoded) RC_ASSERT(decoded.error().stage == "protocol");
  }
}

RC_GTEST_PROP(Codec, ArbitraryBytesNeverCrash, (const std::string& bytes)) {
  if (const auto decoded = decode(bytes)) RC_ASSERT(decode(encode(*decoded)).ok());
}

TEST(Codec, TypeNumbersAndNamesAreFrozen) {
  const std::array<Message, std::variant_size_v<Message>> in_order = {
      Hello{},          Ready{},        Probe{},          ProbeDone{},    Task{},
      TaskDone{},       WorkFailed{},   Stop{},           StartWorkers{}, ServerAlive{},
      ServerReady{},    ServerFailed{}, WorkersStarted{}, WorkersEnded{}, Quit{},
      WorkerSettings{}, MixedTask{}};
  const std::array<std::string_view, std::variant_size_v<Message>> names = {
      "Hello",          "Ready",        "Probe",          "ProbeDone",    "Task",
      "TaskDone",       "WorkFailed",   "Stop",           "StartWorkers", "ServerAlive",
      "ServerReady",    "ServerFailed", "WorkersStarted", "WorkersEnded", "Quit",
      "WorkerSettings", "MixedTask"};
  for (std::size_t number = 0; number < in_order.size(); ++number) {
    EXPECT_EQ(encode(in_order[number])[2], static_cast<char>(number));
    EXPECT_EQ(message_name(in_order[number]), names[number]);
  }
}

// The worked examples of PROTOCOL.md.
TEST(Codec, BytesAreThoseOfTheProtocolPage) {
  EXPECT_EQ(encode(Hello{.pid = 1000}), bytes_of({0x93, 0x08, 0x00, 0x91, 0xcd, 0x03, 0xe8}));
  const Probe probe{.id = 7, .recording = {.position = 3, .key = "a.wav", .path = "/d/a.wav"}};
  EXPECT_EQ(encode(probe), bytes_of({0x93, 0x08, 0x02, 0x92, 0x07, 0x93, 0x03, 0xc4, 0x05}) +
                               "a.wav" + bytes_of({0xc4, 0x08}) + "/d/a.wav");
  const SegmentScores segment{.segment_index = 4,
                              .scores = {{.frame = 200, .label = 1, .score = 0.5f},
                                         {.frame = 201, .label = 1, .score = 1}}};
  const TaskDone done{
      .result = {.id = 7,
                 .parts = {{.pass = {}, .segments = {segment}, .state = {0.5f}, .failure = {}}},
                 .times = {},
                 .wall_us = 9,
                 .spans = {},
                 .helper = {}}};
  EXPECT_EQ(encode(done),
            bytes_of({0x93, 0x08, 0x05, 0x91, 0x96, 0x07, 0x91, 0x94, 0x92, 0x00, 0x00, 0x91,
                      0x92, 0x04, 0x96, 0xcc, 0xc8, 0x01, 0xca, 0x3f, 0x00, 0x00, 0x00,  //
                      0x01, 0x01, 0xca, 0x3f, 0x80, 0x00, 0x00,                          //
                      0x91, 0xca, 0x3f, 0x00, 0x00, 0x00, 0xc0,                          //
                      0x96, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x09, 0x90, 0x92, 0x00, 0x90}));
}

TEST(Codec, FloatsKeepTheirBits) {
  const auto nan = std::bit_cast<float>(0x7fc12345u);
  for (const float score : {-0.0f, 1.0f, nan, std::numeric_limits<float>::denorm_min()}) {
    TaskDone done;
    done.result.parts.emplace_back().segments = {
        {.segment_index = 0, .scores = {{.frame = 0, .label = 0, .score = score}}}};
    const auto decoded = decode(encode(done));
    ASSERT_TRUE(decoded.ok());
    const float back = std::get<TaskDone>(*decoded).result.parts[0].segments[0].scores[0].score;
    EXPECT_EQ(std::bit_cast<std::uint32_t>(back), std::bit_cast<std::uint32_t>(score));
  }
}

TEST(Codec, AScoreOfATagTakesAtMostNineBytes) {
  SegmentScores segment{.segment_index = 1'000'000, .scores = {}};
  for (int label = 0; label < 527; ++label) {
    segment.scores.push_back({.frame = 1'000'000, .label = label, .score = 0.25f});
  }
  TaskDone done;
  done.result.parts.emplace_back().segments = {segment};
  EXPECT_LT(encode(done).size(), 527u * 9u + 40u);
}

TEST(Codec, AnotherVersionIsRefusedWithBothNumbers) {
  EXPECT_THAT(refusal(bytes_of({0x93, 0x63, 0x00, 0x91, 0x05})),
              AllOf(HasSubstr("version 99"), HasSubstr("version 8")));
  // Also when that version's messages have another form.
  EXPECT_THAT(refusal(bytes_of({0x91, 0x09})), HasSubstr("version 9"));
}

TEST(Codec, AnUnknownTypeIsRefusedWithItsNumber) {
  EXPECT_THAT(refusal(bytes_of({0x93, 0x08, 0x4d, 0x90})), HasSubstr("unknown message type 77"));
  EXPECT_THAT(refusal(bytes_of({0x93, 0x08, 0xff, 0x90})), HasSubstr("unknown message type -1"));
}

TEST(Codec, AWrongFieldIsNamed) {
  EXPECT_EQ(refusal(bytes_of({0x93, 0x08, 0x00, 0x92, 0x05, 0x05})),
            "Hello: wanted 1 elements, got 2");
  EXPECT_EQ(refusal(bytes_of({0x93, 0x08, 0x00, 0x91, 0xc3})),
            "Hello.pid: wanted an integer, got a boolean");
  EXPECT_EQ(refusal(bytes_of({0x93, 0x08, 0x02, 0x92, 0x07, 0x93, 0x03, 0xa1, 'k', 0xc4, 0x00})),
            "Probe.recording.key: wanted bytes, got a string");
  EXPECT_EQ(
      refusal(bytes_of({0x93, 0x08, 0x05, 0x91, 0x96, 0x07, 0x91, 0x94, 0x92, 0x00, 0x00, 0x92,
                        0x92, 0x00, 0x90, 0x92, 0x01, 0x93, 0x00, 0x00, 0xc0, 0x90, 0xc0, 0x96,
                        0,    0,    0,    0,    0,    0,    0x09, 0x90, 0x92, 0x00, 0x90})),
      "TaskDone.result.parts[0].segments[1].scores[0]: wanted a 32-bit float, got nil");
}

ServerReady server_ready(StartKind start) {
  ServerReady ready;
  ready.start = start;
  return ready;
}

TEST(Codec, AnIntegerOrEnumOutOfRangeIsRefusedWithItsValue) {
  const std::string slot_too_big = bytes_of(
      {0x93, 0x08, 0x08, 0x91, 0x91, 0x92, 0x92, 0xce, 0x80, 0x00, 0x00, 0x00, 0x00, 0x90});
  EXPECT_EQ(refusal(slot_too_big),
            "StartWorkers.slots[0].identity.slot: 2147483648 is not between -2147483648 and "
            "2147483647");
  const std::string over_int64 =
      bytes_of({0x93, 0x08, 0x00, 0x91, 0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
  EXPECT_THAT(refusal(over_int64), HasSubstr("Hello.pid: 18446744073709551615 is not between"));

  std::string bytes = encode(server_ready(StartKind::kFork));
  const std::string spawn = encode(server_ready(StartKind::kSpawn));
  *std::mismatch(bytes.begin(), bytes.end(), spawn.begin()).first = 2;
  EXPECT_EQ(refusal(bytes), "ServerReady.start: 2 is not between 0 and 1");
}

TEST(Codec, BytesAfterTheMessageAreRefused) {
  EXPECT_THAT(refusal(encode(Stop{}) + "x"), HasSubstr("1 bytes after the end"));
}

TEST(Codec, AHugeClaimIsRefusedBeforeAnythingIsAllocated) {
  const std::string array =
      bytes_of({0x93, 0x08, 0x08, 0x91, 0xdd, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_THAT(refusal(array), HasSubstr("array size overflow"));
  const std::string map = bytes_of({0x93, 0x08, 0x08, 0x91, 0xdf, 0xff, 0xff, 0xff, 0xff, 0});
  EXPECT_THAT(refusal(map), HasSubstr("map size overflow"));
  // The parser wants the bytes first, so these end as truncated.
  const std::string bin = bytes_of({0x93, 0x08, 0x08, 0x91, 0xc6, 0xff, 0xff, 0xff, 0xff, 0});
  EXPECT_THAT(refusal(bin), HasSubstr("no sound msgpack"));
}

TEST(Codec, NestingDeeperThanAnyMessageIsRefused) {
  EXPECT_THAT(refusal(std::string(100'000, '\x91')), HasSubstr("depth size overflow"));
}

TEST(Codec, WhatIsNoEnvelopeIsRefused) {
  EXPECT_THAT(refusal(""), HasSubstr("0 bytes"));
  EXPECT_THAT(refusal(bytes_of({0xc0})), HasSubstr("must be an array"));
  EXPECT_THAT(refusal(bytes_of({0x90})), HasSubstr("must be an array"));
  EXPECT_THAT(refusal(bytes_of({0x92, 0x08, 0x00})), HasSubstr("wanted 3 elements, got 2"));
}

}  // namespace
}  // namespace rookery
