// The fingerprint of a run: named parts of everything that shapes results. An output folder keeps
// it, and only a run with an equal fingerprint may add to the folder.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rookery/model_card.h"
#include "rookery/result.h"
#include "rookery/run_config.h"

namespace rookery {

// `facts` are what only the host and the model's files can tell: digests, LibTorch's version, the
// CPU capability. Their names must not begin with "card." or equal a configuration key.
std::map<std::string, std::string> fingerprint(
    const ResultSettings& settings, const ModelCard& card,
    const std::vector<std::pair<std::string, std::string>>& facts);

// The same of one more model of an ensemble, counted from 2: parts of its card and its file.
std::map<std::string, std::string> member_fingerprint(std::size_t number, const ModelCard& card,
                                                      const std::string& digest);

// The first part, in order of names, that differs: an Error of stage "config" naming it and both
// values. Names that begin with "export." are no parts, and are passed over.
std::optional<Error> first_difference(const std::map<std::string, std::string>& earlier,
                                      const std::map<std::string, std::string>& now);

}  // namespace rookery
