"""Measures CPU seconds by stage for an hour of 44.1 kHz stereo FLAC and MP3, with the compiled tagger in bfloat16."""

import statistics

from material import stereo
from measured_host import print_host_facts
from rookery_run import arguments_of, run
from tagger_forms import BATCH, rookery_models

FORMATS = ["flac", "mp3"]


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--form", default=".pt2 bf16", help="form of the tagger, as in tagger_forms.py")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--recordings", type=int, default=8)
    parser.add_argument("--minutes", type=int, default=10, help="length of a recording")
    arguments = parser.parse_args()
    print_host_facts(arguments.bin)
    model = rookery_models(arguments.bin)[arguments.form]
    recordings = {suffix: stereo(suffix, arguments.recordings, arguments.minutes * 60) for suffix in FORMATS}
    summaries = {suffix: [] for suffix in FORMATS}
    for _ in range(arguments.rounds):
        for suffix in FORMATS:
            summaries[suffix].append(run(arguments.bin, model, recordings[suffix], "--batch", BATCH))
    print(f"\n{'CPU s an hour':14}" + "".join(f"{suffix:>10}" for suffix in FORMATS))
    for stage in [*summaries[FORMATS[0]][0]["cpu_seconds"], "sum"]:
        columns = [median_an_hour(rounds, stage) for rounds in summaries.values()]
        print(f"{stage:14}" + "".join(f"{seconds:10.3f}" for seconds in columns))
    print(f"{'× real time':14}" + "".join(f"{median_speed(rounds):10.1f}" for rounds in summaries.values()))


def median_an_hour(summaries, stage):
    """CPU seconds; of one stage, or of all as `sum`."""
    return statistics.median(
        sum(seconds for name, seconds in summary["cpu_seconds"].items() if stage in (name, "sum"))
        / summary["run_audio_hours"]
        for summary in summaries
    )


def median_speed(summaries):
    """After start-up."""
    return statistics.median(
        summary["run_audio_hours"] * 3600 / (summary["wall_seconds"] - summary["start_up_seconds"])
        for summary in summaries
    )


if __name__ == "__main__":
    main()
