// load_run(): from arguments to what a run is.
#include <fmt/format.h>

#include <memory>
#include <set>
#include <utility>

#include "supervisor/commands/ensemble.h"
#include "supervisor/commands/run_arguments.h"
#include "supervisor/config/config_file.h"
#include "supervisor/config/text_file.h"
#include "supervisor/exports/export.h"
#include "supervisor/model_card/model_card_reader.h"

namespace rookery {
namespace {

using Refusal = std::optional<LoadRefusal>;

Status check_complete(const RunConfig& config) {
  if (config.models.empty()) return Error{"config", "no model is given", "--model DIR"};
  if (config.out.empty()) return Error{"config", "no output folder is given", "--out DIR"};
  if (config.inputs.empty()) {
    return Error{"config", "no input is given", "files, folders, globs, or - for a list on stdin"};
  }
  if (!config.model_digests.empty() && config.model_digests.size() != config.models.size()) {
    return Error{"config",
                 fmt::format("model_digest: {} given for {} model(s)", config.model_digests.size(),
                             config.models.size()),
                 "--model-digest once for each --model, in their order"};
  }
  if (config.ensemble && config.models.size() == 1) {
    return Error{"config", "ensemble: true is not allowed; one model alone is given",
                 "--model DIR for each of them"};
  }
  if (config.ensemble && config.speed.spread_models) {
    return Error{"config",
                 "spread_models: true is not allowed with ensemble: true; the mean of the models' "
                 "scores needs them all in one worker",
                 "leave out one of the two"};
  }
  return Done{};
}

Result<WordList> read_word_list(const std::string& path) {
  const Result<std::string> text = read_text_file(path, "config");
  if (!text) return text.error();
  WordList list(*text);
  if (list.empty()) {
    return Error{"config", fmt::format("postprocess.word_list: {} holds no word", path),
                 "write one word a line"};
  }
  return list;
}

// The configuration for a card's model: what the card sets lies between defaults and arguments.
Refusal merge_config(const LoadedCard& loaded, const RunArguments& arguments, RunConfig& config) {
  const Status applied = apply_card(config, loaded);
  if (!applied) return LoadRefusal{applied.error(), kExitCannotGoOn};
  Status user = apply_arguments(config, arguments);
  if (user) user = check_config(config, loaded.card);
  if (user) user = check_formats(config.speed.formats, config.results.channel == kEachChannel);
  return user ? Refusal() : LoadRefusal{user.error(), kExitUsage};
}

Refusal load_output(const LoadedCard& loaded, const RunArguments& arguments, LoadedOutput& output) {
  if (Refusal refused = merge_config(loaded, arguments, output.config)) return refused;
  output.folder = output.config.out;
  output.cards = {loaded.card};
  const std::string& path = output.config.results.postprocess.word_list;
  if (path.empty()) return std::nullopt;
  auto words = read_word_list(path);
  if (!words) return LoadRefusal{words.error(), kExitUsage};
  output.word_list = std::make_shared<WordList>(std::move(*words));
  return std::nullopt;
}

// Several outputs stand side by side, each in a folder of its model's name.
Refusal give_folders(LoadedRun& run) {
  if (run.outputs.size() == 1) return std::nullopt;
  std::set<std::string> names;
  for (LoadedOutput& output : run.outputs) {
    const std::string& name = output.card().name;
    if (name == "." || name == ".." || name.find('/') != std::string::npos) {
      return LoadRefusal{{"config",
                          fmt::format("model {}: its name {} cannot name a folder of results",
                                      output.card().directory, name),
                          "give it another `name` in its card"},
                         kExitUsage};
    }
    if (!names.insert(name).second) {
      return LoadRefusal{
          {"config", fmt::format("two models have the name {}, which names their results", name),
           "give one of them another `name` in its card"},
          kExitUsage};
    }
    output.folder += "/" + name;
  }
  return std::nullopt;
}

Refusal make_ensemble(LoadedRun& run) {
  LoadedOutput& first = run.outputs.front();
  for (std::size_t i = 1; i < run.outputs.size(); ++i) {
    first.cards.push_back(run.outputs[i].card());
  }
  run.outputs.resize(1);
  const Status fitting = check_ensemble(first.cards);
  return fitting ? Refusal() : LoadRefusal{fitting.error(), kExitUsage};
}

}  // namespace

Status apply_card(RunConfig& config, const LoadedCard& loaded) {
  if (loaded.card.carries_state) config.results.batch_size = 1;
  if (loaded.card.output == OutputType::kEmbedding) config.speed.formats = {"npz"};
  if (loaded.config_yaml.empty()) return Done{};
  return apply_config_yaml(config, loaded.config_yaml, "model card");
}

std::variant<LoadedRun, LoadRefusal> load_run(const RunArguments& arguments) {
  RunConfig user;  // once without cards, to learn which models are meant
  Status applied = apply_arguments(user, arguments);
  if (applied) applied = check_complete(user);
  if (!applied) return LoadRefusal{applied.error(), kExitUsage};
  LoadedRun run;
  for (const std::string& directory : user.models) {
    const auto loaded = read_model_card(directory);
    if (!loaded) return LoadRefusal{loaded.error(), kExitCannotGoOn};
    LoadedOutput& output = run.outputs.emplace_back();
    if (const Refusal refused = load_output(*loaded, arguments, output)) return *refused;
  }
  const Refusal refused = user.ensemble ? make_ensemble(run) : give_folders(run);
  if (refused) return *refused;
  return run;
}

}  // namespace rookery
