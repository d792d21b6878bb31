#include "supervisor/bench/tune_session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace rookery {
namespace {

using Json = nlohmann::json;

Json settings_of(const Cell& cell) {
  Json settings = Json::object();
  for (const Setting& setting : cell.settings) settings[setting.key] = setting.value.text;
  return settings;
}

Json searched_values(const Grid& grid) {
  Json values = Json::object();
  for (const VariedKey& key : grid.keys) {
    Json& texts = values[key.key] = Json::array();
    for (const KeyValue& value : key.values) texts.push_back(value.text);
  }
  return values;
}

Json told_of(const Json& ask, const CellAnswer& answer) {
  Json tell = {{"trial", ask["trial"]}, {"round", ask["round"]}};
  if (answer.stop) {
    tell["stop"] = true;
  } else if (!answer.failed.empty()) {
    tell["failed"] = answer.failed;
  } else {
    tell["metrics"] = answer.metrics;
  }
  return {{"tell", tell}};
}

std::string in_words(const Json& ask, const Cell& cell, const Json& start) {
  const int round = ask["round"];
  return fmt::format("cell {} of {}{} · {}", ask["trial"].get<int>() + 1,
                     start["trials"].get<int>(),
                     round > 0 ? fmt::format(", run {}", round + 1) : "", cell.id);
}

}  // namespace

Json search_start(const BenchConfig& config, const Grid& grid, const TuneOrder& order) {
  return {{"values", searched_values(grid)},
          {"exclude", config.exclude},
          {"baseline", settings_of(grid.cells[grid.baseline])},
          {"objective", order.objective},
          {"trials", order.trials},
          {"seed", order.seed},
          {"rounds", order.rounds},
          {"throughput_floor", order.throughput_floor},
          {"memory_ceiling", order.memory_ceiling}};
}

Result<TuneOutcome> search_with(SearchProcess& search, const Json& start, const Grid& grid,
                                CellAnswers& answers, const TuneTold& told) {
  Status said = search.say({{"start", start}});
  while (said) {
    if (const auto signal = search.wait(answers.signals())) return TuneOutcome{{}, signal};
    auto message = search.hear();
    if (!message) return message.error();
    if (message->contains("done")) return TuneOutcome{(*message)["done"], {}};
    if (!message->contains("ask")) return Error{"tune", message->value("refused", "?"), ""};
    const Json& ask = (*message)["ask"];
    const auto cell = cell_with(grid, ask["cell"]);
    if (!cell) return cell.error();
    told(in_words(ask, **cell, start));
    const auto answer = answers.answer(**cell, ask["round"]);
    if (!answer) return answer.error();
    if (answer->signal) return TuneOutcome{{}, answer->signal};
    said = search.say(told_of(ask, *answer));
  }
  return said.error();
}

Result<const Cell*> cell_with(const Grid& grid, const Json& settings) {
  std::vector<std::string> parts;
  for (const VariedKey& key : grid.keys) {
    parts.push_back(key.key + "=" + settings.value(key.key, ""));
  }
  const auto found = grid.find(fmt::format("{}", fmt::join(parts, " ")));
  if (found) return &grid.cells[*found];
  return Error{"tune", "the search asked for a cell that there is none of: " + settings.dump(), ""};
}

}  // namespace rookery
