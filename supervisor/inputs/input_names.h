// Names of inputs: which files of a folder are recordings, and what keys they get. Pure: paths are
// bytes, nothing is looked up.
#pragma once

#include <string>
#include <string_view>

namespace rookery {

// By its extension, upper or lower case. AppleDouble files (`._x.wav`), which macOS leaves beside
// files, are none.
bool is_recording_name(std::string_view name);

// The path without doubled slashes, `.` parts and a slash at the end. `..` stays: where it leads
// depends on links.
std::string tidy_path(std::string_view path);

// The key of a file that is named itself: its path, `..` resolved lexically (against the current
// directory if it climbs above it), without a leading slash.
std::string key_of_file(const std::string& path, const std::string& current_directory);

// What keys of recordings below a folder argument begin with: the folder's name, or the name of
// what
// `.` and `..` stand for; empty for `/`.
std::string key_of_folder(const std::string& path, const std::string& current_directory);

// `parent/name`, or `name` if the parent is empty.
std::string join_key(const std::string& parent, const std::string& name);

}  // namespace rookery
