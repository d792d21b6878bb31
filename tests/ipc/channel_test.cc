#include "ipc/channel.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/ipc/child_program.h"
#include "tests/ipc/temporary_directory.h"

namespace rookery {
namespace {

using ::testing::HasSubstr;

// No test waits this long unless it fails.
constexpr int kPatienceMs = 20'000;

SupervisorChannel open_channel() {
  auto channel = SupervisorChannel::open();
  if (!channel) throw std::runtime_error(to_string(channel.error()));
  return *std::move(channel);
}

WorkerChannel connect(int socket_fd, const WorkerIdentity& identity,
                      const ChannelContext& context = {}) {
  auto channel = WorkerChannel::connect(socket_fd, identity, context);
  if (!channel) throw std::runtime_error(to_string(channel.error()));
  return *std::move(channel);
}

// As the pool waits: drain, then poll, and never a poll without draining before.
Received wait_for_message(SupervisorChannel& channel) {
  for (;;) {
    if (auto received = channel.receive()) return *std::move(received);
    pollfd readable = {.fd = channel.poll_fd(), .events = POLLIN, .revents = 0};
    if (::poll(&readable, 1, kPatienceMs) == 0) throw std::runtime_error("no message came");
  }
}

// Sends until it fails, as it must once the peer's end has been noticed.
Error wait_for_refusal(SupervisorChannel& channel, const WorkerIdentity& worker) {
  for (int waited_ms = 0; waited_ms < kPatienceMs; waited_ms += 10) {
    if (Status sent = channel.send(worker, Stop{}); !sent) return sent.error();
    pollfd readable = {.fd = channel.poll_fd(), .events = POLLIN, .revents = 0};
    ::poll(&readable, 1, 10);
  }
  throw std::runtime_error("messages to an ended worker are still taken");
}

TEST(Channel, MessagesGoBothWays) {
  auto supervisor = open_channel();
  auto worker = connect(supervisor.socket_fd(), {3, 1});
  ASSERT_TRUE(worker.send(Hello{.pid = 42}).ok());
  const Received hello = wait_for_message(supervisor);
  EXPECT_EQ(hello.worker, (WorkerIdentity{3, 1}));
  EXPECT_EQ(*hello.message, Message(Hello{.pid = 42}));

  const Probe probe{.id = 7, .recording = {0, "key", "path"}};
  ASSERT_TRUE(supervisor.send({3, 1}, probe).ok());
  EXPECT_EQ(*worker.receive(), Message(probe));
}

TEST(Channel, NoPathLeadsToTheSocketOnceItIsOpen) {
  const TemporaryDirectory directory;
  auto supervisor = open_channel();
  EXPECT_TRUE(directory.is_empty());
  auto worker = connect(supervisor.socket_fd(), {0, 0});
  ASSERT_TRUE(worker.send(Hello{}).ok());
  wait_for_message(supervisor);
  EXPECT_TRUE(directory.is_empty());
}

TEST(Channel, TheSocketsDescriptorClosesOnExec) {
  const auto supervisor = open_channel();
  EXPECT_TRUE(::fcntl(supervisor.socket_fd(), F_GETFD) & FD_CLOEXEC);
}

TEST(Channel, SendingToAWorkerThatNeverCameIsAnErrorThatNamesIt) {
  auto supervisor = open_channel();
  const Status sent = supervisor.send({5, 2}, Stop{});
  ASSERT_FALSE(sent.ok());
  EXPECT_THAT(sent.error().reason, HasSubstr("Stop cannot be sent to worker 5.2"));
}

TEST(Channel, AnIncarnationThatEndedIsRefusedAndItsSuccessorServed) {
  auto supervisor = open_channel();
  {
    auto first = connect(supervisor.socket_fd(), {0, 0});
    ASSERT_TRUE(first.send(Hello{}).ok());
    wait_for_message(supervisor);
  }
  EXPECT_THAT(wait_for_refusal(supervisor, {0, 0}).reason, HasSubstr("worker 0.0"));

  auto second = connect(supervisor.socket_fd(), {0, 1});
  ASSERT_TRUE(second.send(Hello{}).ok());
  EXPECT_EQ(wait_for_message(supervisor).worker, (WorkerIdentity{0, 1}));
  ASSERT_TRUE(supervisor.send({0, 1}, Quit{}).ok());
  EXPECT_EQ(*second.receive(), Message(Quit{}));
  EXPECT_FALSE(supervisor.send({0, 0}, Stop{}).ok());
}

TEST(Channel, APeerWithAnImpossibleIdentityIsDroppedAndCounted) {
  auto supervisor = open_channel();
  auto impostor = connect(supervisor.socket_fd(), {-1, 0});
  ASSERT_TRUE(impostor.send(Hello{.pid = 1}).ok());
  auto worker = connect(supervisor.socket_fd(), {0, 0});
  // The worker speaks only once the impostor was heard. That a message was dropped shows after
  // receive(), and nothing else may come then: no poll before looking.
  for (;;) {
    EXPECT_EQ(supervisor.receive(), std::nullopt);
    if (supervisor.dropped_count() > 0) break;
    pollfd readable = {.fd = supervisor.poll_fd(), .events = POLLIN, .revents = 0};
    ASSERT_GT(::poll(&readable, 1, kPatienceMs), 0);
  }
  ASSERT_TRUE(worker.send(Hello{.pid = 2}).ok());
  EXPECT_EQ(*wait_for_message(supervisor).message, Message(Hello{.pid = 2}));
  EXPECT_EQ(supervisor.dropped_count(), 1);
}

// Sending takes the descriptor's edge; draining before every poll must still see everything.
TEST(Channel, NoMessageIsLostBetweenSendingAndPolling) {
  auto supervisor = open_channel();
  std::thread echo([fd = supervisor.socket_fd()] {
    auto worker = connect(fd, {0, 0});
    ASSERT_TRUE(worker.send(Hello{}).ok());
    for (;;) {
      const auto message = worker.receive();
      if (!message || std::holds_alternative<Stop>(*message)) return;
      ASSERT_TRUE(worker.send(Ready{std::get<Probe>(*message).id, {}}).ok());
    }
  });
  wait_for_message(supervisor);
  constexpr int rounds = 2000;
  std::vector<std::int64_t> answers;
  for (int sent = 0; sent < rounds; sent += 2) {
    ASSERT_TRUE(supervisor.send({0, 0}, Probe{.id = sent, .recording = {}}).ok());
    ASSERT_TRUE(supervisor.send({0, 0}, Probe{.id = sent + 1, .recording = {}}).ok());
    answers.push_back(std::get<Ready>(*wait_for_message(supervisor).message).private_dirty_bytes);
  }
  while (answers.size() < rounds) {
    answers.push_back(std::get<Ready>(*wait_for_message(supervisor).message).private_dirty_bytes);
  }
  ASSERT_TRUE(supervisor.send({0, 0}, Stop{}).ok());
  echo.join();
  EXPECT_TRUE(std::ranges::is_sorted(answers));
  EXPECT_EQ(answers.back(), rounds - 1);
}

TEST(Channel, ManyWorkersOfOneProcessShareOneContext) {
  auto supervisor = open_channel();
  const ChannelContext context;
  constexpr int worker_count = 16;
  std::vector<std::thread> workers;
  workers.reserve(worker_count);
  for (int slot = 0; slot < worker_count; ++slot) {
    workers.emplace_back([slot, context, fd = supervisor.socket_fd()] {
      auto worker = connect(fd, {slot, 0}, context);
      ASSERT_TRUE(worker.send(Hello{.pid = slot}).ok());
      EXPECT_EQ(*worker.receive(), Message(Stop{}));
    });
  }
  for (int heard = 0; heard < worker_count; ++heard) {
    const Received hello = wait_for_message(supervisor);
    EXPECT_EQ(*hello.message, Message(Hello{.pid = hello.worker.slot}));
    EXPECT_TRUE(supervisor.send(hello.worker, Stop{}).ok());
  }
  for (std::thread& worker : workers) worker.join();
}

TEST(Channel, WhatAWorkerSaidLastArrivesThoughItEndsAtOnce) {
  auto supervisor = open_channel();
  constexpr int message_count = 200;
  {
    auto worker = connect(supervisor.socket_fd(), {0, 0});
    for (int i = 0; i < message_count; ++i) ASSERT_TRUE(worker.send(Hello{.pid = i}).ok());
  }
  for (int i = 0; i < message_count; ++i) {
    EXPECT_EQ(*wait_for_message(supervisor).message, Message(Hello{.pid = i}));
  }
}

TEST(Channel, AWorkerWhoseConnectionIsLostIsTold) {
  std::optional<SupervisorChannel> supervisor = open_channel();
  auto worker = connect(supervisor->socket_fd(), {0, 0});
  ASSERT_TRUE(worker.send(Hello{}).ok());
  wait_for_message(*supervisor);
  supervisor.reset();
  const auto received = worker.receive();
  ASSERT_FALSE(received.ok());
  EXPECT_THAT(received.error().reason, HasSubstr("lost"));
}

TEST(Channel, AWorkerOfASupervisorThatIsGoneIsRefused) {
  std::optional<SupervisorChannel> supervisor = open_channel();
  const UniqueFd socket(::fcntl(supervisor->socket_fd(), F_DUPFD_CLOEXEC, 0));
  supervisor.reset();
  EXPECT_FALSE(WorkerChannel::connect(socket.get(), {0, 0}).ok());
}

TEST(Channel, AMessageOverTheLimitIsRefusedAndTheConnectionStays) {
  auto supervisor = open_channel();
  auto worker = connect(supervisor.socket_fd(), {0, 0});
  const WorkFailed large{.id = 1, .error = {"decode", std::string(kMaxMessageBytes, 'x'), ""}};
  const Status sent = worker.send(large);
  ASSERT_FALSE(sent.ok());
  EXPECT_THAT(sent.error().reason, HasSubstr("WorkFailed takes"));
  EXPECT_THAT(sent.error().reason, HasSubstr(std::to_string(kMaxMessageBytes)));
  ASSERT_TRUE(worker.send(Hello{}).ok());
  EXPECT_EQ(*wait_for_message(supervisor).message, Message(Hello{}));
}

TEST(Channel, ASignalDoesNotEndAWorkersWaiting) {
  struct sigaction interrupt = {};
  interrupt.sa_handler = [](int) {};  // without SA_RESTART: calls end with EINTR
  ASSERT_EQ(::sigaction(SIGUSR1, &interrupt, nullptr), 0);
  auto supervisor = open_channel();
  std::thread waiting([fd = supervisor.socket_fd()] {
    auto worker = connect(fd, {0, 0});
    ASSERT_TRUE(worker.send(Hello{}).ok());
    EXPECT_EQ(*worker.receive(), Message(Stop{}));
  });
  wait_for_message(supervisor);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(::pthread_kill(waiting.native_handle(), SIGUSR1), 0);
  ASSERT_TRUE(supervisor.send({0, 0}, Stop{}).ok());
  waiting.join();
}

TEST(Channel, AnExecdProcessConnectsThroughTheInheritedDescriptor) {
  auto supervisor = open_channel();
  const int fd = supervisor.socket_fd();
  ChildProgram child({"--worker", std::to_string(fd)}, {fd});
  const Received hello = wait_for_message(supervisor);
  EXPECT_EQ(hello.worker, (WorkerIdentity{7, 3}));
  ASSERT_TRUE(supervisor.send({7, 3}, Stop{}).ok());
  EXPECT_EQ(child.wait(), 0);
}

TEST(Channel, AKilledWorkerIsRefusedLikeOneThatEnded) {
  auto supervisor = open_channel();
  const int fd = supervisor.socket_fd();
  ChildProgram child({"--worker", std::to_string(fd)}, {fd});
  wait_for_message(supervisor);
  child.kill();
  EXPECT_THAT(wait_for_refusal(supervisor, {7, 3}).reason, HasSubstr("worker 7.3"));
}

// The child of the tests above: says hello, waits for Stop.
int run_as_worker(const char* descriptor) {
  auto worker = connect(std::stoi(descriptor), {7, 3});
  if (!worker.send(Hello{})) return 2;
  const auto message = worker.receive();
  return message.ok() && std::holds_alternative<Stop>(*message) ? 0 : 3;
}

}  // namespace
}  // namespace rookery

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--worker") return rookery::run_as_worker(argv[2]);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
