// Walks one folder: depth first, the names of each folder in byte order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rookery/result.h"

namespace rookery {

// What has a recording's name is found whatever it is: a link, a pipe, a folder named x.wav (which
// is not entered), so that it fails with a reason instead of being passed over. Links to other
// folders are not followed. Holds the names that are still to come of each folder on the way down.
class FolderWalk {
 public:
  // A recording, or with `fault` a folder of which not all could be read.
  struct Found {
    std::string path;
    std::string key;
    std::optional<Error> fault;
  };

  FolderWalk(const std::string& path, const std::string& key);
  // nullopt: nothing is left.
  std::optional<Found> next();

 private:
  struct Entry {
    std::string name;
    bool is_folder = false;  // to be entered
  };
  struct Folder {
    std::string path;
    std::string key;
    std::vector<Entry> entries;  // last first
  };

  void enter(const std::string& path, const std::string& key);

  std::vector<Folder> way_down_;
  std::optional<Found> fault_;
};

}  // namespace rookery
