// From the merged configuration to what a run needs: the host's part, the workers' settings, the
// facts that an output folder keeps.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "ipc/protocol.h"
#include "rookery/model_card.h"
#include "rookery/result.h"
#include "rookery/run_config.h"
#include "supervisor/host/worker_placement.h"
#include "supervisor/loaded_run.h"
#include "supervisor/pool/process_pool.h"
#include "supervisor/worker_care.h"

namespace rookery {

// Where workers go on this host.
Result<Placement> place_on_this_host(const RunConfig& config);

// What a rookery-worker is to be; descriptors are the pool's business.
WorkerSettings worker_settings(const LoadedRun& run);
// The same for a command that looks at one model.
WorkerSettings worker_settings(const RunConfig& config, const ModelCard& card);

// Everything for ProcessPool::open(). An Error of stage "config" if the allocator can't be had.
Result<ProcessPoolSettings> pool_settings(const LoadedRun& run, const std::vector<CoreSet>& cores,
                                          const std::string& worker_program);

// Has this process and its workers, as many as there are cores, open the files they need.
Status allow_open_files(EngineKind engine, std::size_t workers);

// How so many workers are looked after in a run with what the fork server found.
WorkerCareSettings care_settings(const RunConfig& config, const ServerReady& server,
                                 std::size_t workers);

// What the journal of an output keeps of its folder: the fingerprint with what the fork server
// found, and what exports need. `first_model`: index of the output's first model in `server`.
std::map<std::string, std::string> folder_facts(const LoadedOutput& output,
                                                const ServerReady& server, std::size_t first_model);

}  // namespace rookery
