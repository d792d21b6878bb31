// The formats: one source file each, named like its function.
#pragma once

#include <memory>
#include <string>

#include "supervisor/exports/export.h"

namespace rookery {

// detections.jsonl, one object a detection.
Result<std::unique_ptr<ExportWriter>> create_jsonl(const std::string& out_folder);
// detections.csv, one line a detection under a header line.
Result<std::unique_ptr<ExportWriter>> create_csv(const std::string& out_folder);
// An Audacity label track for each recording that is done, under its key with ".txt" appended.
Result<std::unique_ptr<ExportWriter>> create_audacity(const std::string& out_folder);

}  // namespace rookery
