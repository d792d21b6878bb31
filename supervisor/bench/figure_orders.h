// The figures that a bench config asks the report for.
#pragma once

#include <yaml-cpp/yaml.h>

#include "supervisor/bench/bench_config.h"
#include "supervisor/model_card/card_map.h"

namespace rookery {

// One entry of `figures`.
FigureOrder read_figure(const YAML::Node& node, CardErrors& errors);

// Axes must be keys of the cells or metrics, and `where` must name keys and their values.
Status check_figures(const BenchConfig& config, const std::vector<VariedKey>& keys);

}  // namespace rookery
