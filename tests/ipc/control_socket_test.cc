#include "ipc/control_socket.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/socket.h>

#include <string>

#include "tests/ipc/arbitrary_messages.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

ControlSocketPair make_pair() {
  auto pair = ControlSocket::make_pair();
  if (!pair) throw std::runtime_error(to_string(pair.error()));
  return *std::move(pair);
}

RC_GTEST_PROP(ControlSocket, MessagesArriveWholeAndInOrder,
              (const Message& first, const Message& second)) {
  auto [supervisor, server] = make_pair();
  RC_PRE(encode(first).size() < kMaxControlMessageBytes / 2);
  RC_PRE(encode(second).size() < kMaxControlMessageBytes / 2);
  RC_ASSERT(supervisor.send(first).ok());
  RC_ASSERT(supervisor.send(second).ok());
  RC_ASSERT(*server.receive() == first);
  RC_ASSERT(*server.receive() == second);
  RC_ASSERT(server.send(second).ok());
  RC_ASSERT(*supervisor.receive() == second);
}

TEST(ControlSocket, AStartOfManySlotsFits) {
  auto [supervisor, server] = make_pair();
  StartWorkers start;
  for (int slot = 0; slot < 1024; ++slot) {
    start.slots.push_back({.identity = {slot, 1'000'000}, .cores = {slot}});
  }
  ASSERT_TRUE(supervisor.send(start).ok());
  EXPECT_EQ(*server.receive(), Message(start));
}

TEST(ControlSocket, TheOthersEndIsToldApartFromMessagesAndErrors) {
  auto pair = make_pair();
  { const ControlSocket ended = std::move(pair.fork_server); }
  const auto received = pair.supervisor.receive();
  ASSERT_TRUE(received.ok());
  EXPECT_EQ(*received, std::nullopt);
}

TEST(ControlSocket, SendingToAnEndedPeerIsAnErrorAndNoSignal) {
  auto pair = make_pair();
  { const ControlSocket ended = std::move(pair.fork_server); }
  const Status sent = pair.supervisor.send(Quit{});
  ASSERT_FALSE(sent.ok());
  EXPECT_THAT(sent.error().reason, HasSubstr("Quit cannot be sent"));
}

// What a dying fork server said last must be heard, also when it left a request unread.
TEST(ControlSocket, LastWordsAreReadThoughRequestsWereLeftUnread) {
  auto pair = make_pair();
  ASSERT_TRUE(pair.supervisor.send(StartWorkers{}).ok());
  const ServerFailed last_words{.error = {"model", "no such file", ""}};
  ASSERT_TRUE(pair.fork_server.send(last_words).ok());
  { const ControlSocket ended = std::move(pair.fork_server); }
  EXPECT_EQ(*pair.supervisor.receive(), Message(last_words));
  EXPECT_EQ(*pair.supervisor.receive(), std::nullopt);
}

TEST(ControlSocket, BytesThatAreNoMessageAreAnErrorAndTheNextMessageArrives) {
  auto [supervisor, server] = make_pair();
  ASSERT_EQ(::send(supervisor.fd(), "junk", 4, 0), 4);
  ASSERT_TRUE(supervisor.send(Quit{}).ok());
  const auto junk = server.receive();
  ASSERT_FALSE(junk.ok());
  EXPECT_EQ(junk.error().stage, "protocol");
  EXPECT_EQ(*server.receive(), Message(Quit{}));
}

TEST(ControlSocket, WhatIsTooLargeIsRefusedOnBothSides) {
  auto [supervisor, server] = make_pair();
  const std::string large(kMaxControlMessageBytes + 1, 'x');
  const Status sent = server.send(ServerFailed{.error = {"model", large, ""}});
  ASSERT_FALSE(sent.ok());
  EXPECT_THAT(sent.error().reason, HasSubstr(std::to_string(kMaxControlMessageBytes)));

  ASSERT_EQ(::send(server.fd(), large.data(), large.size(), 0), static_cast<ssize_t>(large.size()));
  const auto received = supervisor.receive();
  ASSERT_FALSE(received.ok());
  EXPECT_THAT(received.error().reason, HasSubstr(std::to_string(large.size())));
}

TEST(ControlSocket, BothEndsCloseOnExec) {
  const auto pair = make_pair();
  EXPECT_TRUE(::fcntl(pair.supervisor.fd(), F_GETFD) & FD_CLOEXEC);
  EXPECT_TRUE(::fcntl(pair.fork_server.fd(), F_GETFD) & FD_CLOEXEC);
}

}  // namespace
}  // namespace rookery
