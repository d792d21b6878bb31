// Inputs that a list on standard input names.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "rookery/unique_fd.h"
#include "supervisor/inputs/inputs.h"
#include "supervisor/inputs/name_list.h"
#include "tests/listed.h"
#include "tests/supervisor/inputs/inputs_fixture.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(Inputs, TakeNamesAndFoldersFromAList) {
  folder_.write("in/b.wav");
  EXPECT_THAT(keys({"-"}, "a.wav\n\nin\n\n./c d.wav\nlast.wav"),
              ElementsAre("a.wav", "in/b.wav", "c d.wav", "last.wav"));
  EXPECT_THAT(keys({"-"}, std::string("new\nline.wav\0-\0*.wav\0", 21), '\0'),
              ElementsAre("new\nline.wav", "-", "*.wav"));
  EXPECT_THAT(keys({"-"}, ""), IsEmpty());
}

TEST_F(Inputs, ReadAListOnlyAsFarAsAskedFor) {
  std::size_t bytes = 0;
  auto source = InputSource::open({"-"}, [&bytes, list = listed("a.wav\nb.wav\n")] {
    ++bytes;
    return list();
  });
  EXPECT_EQ(bytes, 0U);
  (void)source->next();
  EXPECT_EQ(bytes, 6U);
}

TEST_F(Inputs, WaitForNoNameOfAListThatComesSlowly) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  auto source = InputSource::open({"-"}, bytes_of_descriptor(reading.get()));
  const auto write = [&](std::string_view text) {
    EXPECT_EQ(::write(writing.get(), text.data(), text.size()), std::ssize(text));
  };
  EXPECT_TRUE(std::holds_alternative<NotYet>(source->next()));
  write("a.w");
  EXPECT_TRUE(std::holds_alternative<NotYet>(source->next())) << "half a name";
  write("av\nb.wav");
  EXPECT_EQ(std::get<Recording>(source->next()).key, "a.wav");
  EXPECT_TRUE(std::holds_alternative<NotYet>(source->next()));
  writing.reset();
  EXPECT_EQ(std::get<Recording>(source->next()).key, "b.wav");
  EXPECT_TRUE(std::holds_alternative<EndOfInputs>(source->next()));
}

TEST_F(Inputs, ReportListedNamesThatCanBeNoPaths) {
  const std::string long_name(NameList::kMaxLength + 1, 'x');
  const auto items = all({"-"}, std::string("a\0b\n", 4) + long_name + "\nok.wav\n");
  ASSERT_EQ(items.size(), 3U);
  EXPECT_THAT(std::get<InputFault>(items[0]).error.remedy, HasSubstr("--null"));
  EXPECT_THAT(std::get<InputFault>(items[1]).error.reason, HasSubstr("too long"));
  EXPECT_EQ(std::get<Recording>(items[2]).key, "ok.wav");
}

TEST_F(Inputs, ReportAListThatCannotBeRead) {
  const UniqueFd folder(::open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  folder_.write("a.wav");
  auto source = InputSource::open({"-", "a.wav"}, bytes_of_descriptor(folder.get()));
  const auto fault = std::get<InputFault>(source->next());
  EXPECT_EQ(fault.place.key, "standard input");
  EXPECT_EQ(fault.error.stage, "input");
  EXPECT_THAT(fault.error.reason, HasSubstr("Is a directory"));
  EXPECT_EQ(std::get<Recording>(source->next()).key, "a.wav") << "other arguments go on";
  EXPECT_TRUE(std::holds_alternative<EndOfInputs>(source->next()));
}

}  // namespace
}  // namespace rookery
