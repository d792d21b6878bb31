// The formats: one source file each, named like its function.
#pragma once

#include <memory>
#include <string>

#include "supervisor/exports/export.h"

namespace rookery {

using NewWriter = Result<std::unique_ptr<ExportWriter>>;

// One file for all recordings.

// detections.jsonl, one object a detection.
NewWriter create_jsonl(const std::string& out_folder, const ExportSettings& settings);
// detections.csv, one line a detection under a header line.
NewWriter create_csv(const std::string& out_folder, const ExportSettings& settings);
// detections.rttm, rich transcription time marks: a SPEAKER line a tag, a LEXEME line a word.
NewWriter create_rttm(const std::string& out_folder, const ExportSettings& settings);

// A file for each recording that is done, under its key with a suffix appended.

// .txt, an Audacity label track.
NewWriter create_audacity(const std::string& out_folder, const ExportSettings& settings);
// .selections.txt, a selection table of Raven.
NewWriter create_raven(const std::string& out_folder, const ExportSettings& settings);
// .srt, SubRip subtitles.
NewWriter create_srt(const std::string& out_folder, const ExportSettings& settings);
// .vtt, WebVTT subtitles.
NewWriter create_vtt(const std::string& out_folder, const ExportSettings& settings);
// .TextGrid, tiers of intervals for Praat.
NewWriter create_textgrid(const std::string& out_folder, const ExportSettings& settings);
// .npy, the vectors of the recording as one NumPy array, float32 [vectors, length].
NewWriter create_npy(const std::string& out_folder, const ExportSettings& settings);
// .npz, NumPy arrays: embedding, the same; start and end of each in seconds, float64 [vectors].
NewWriter create_npz(const std::string& out_folder, const ExportSettings& settings);

}  // namespace rookery
