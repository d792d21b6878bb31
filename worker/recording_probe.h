// Finds out what a recording holds: the exact number of frames, and what is missing.
#pragma once

#include <string>

#include "rookery/recording.h"
#include "rookery/result.h"
#include "worker/audio_reader.h"

namespace rookery {

// The frame count is what the header says if its last frame can be read and nothing follows, else
// it is counted by decoding once. Where a file ends before what its header promised, `frames` is
// what can be read and `missing` is the rest (empty where the file does not tell how much, which is
// so for Ogg). Errors: those of AudioReader::open, and stage "probe" for a recording that holds no
// audio (no frame, or just one). Samples are not looked at: a NaN is found by the task that decodes
// it.
Result<RecordingProperties> probe_recording(const std::string& path, ChannelChoice channel);

}  // namespace rookery
