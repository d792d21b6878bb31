"""Measures the supervisor's CPU time against the workers', with the CNN tagger on 80 minutes of audio."""

from material import noise, tagger_model
from measured_host import print_host_facts
from rookery_run import arguments_of, run

RECORDINGS, RECORDING_SECONDS, RATE = 20, 240, 32000
LIMIT = 0.02


def main():
    programs = arguments_of(__doc__.splitlines()[0]).parse_args().bin
    print_host_facts(programs)
    recordings = noise(RECORDINGS, RECORDING_SECONDS, RATE)
    summary = run(programs, tagger_model(), recordings)
    stages = dict(summary["cpu_seconds"])
    supervisor = stages.pop("supervisor")
    workers = sum(stages.values())

    print(f"\n{RECORDINGS * RECORDING_SECONDS / 60:.0f} minutes of audio, wall {summary['wall_seconds']:.1f} s")
    for stage, seconds in stages.items():
        print(f"{stage:12}{seconds:10.3f} s of CPU")
    print(f"{'workers':12}{workers:10.3f} s of CPU")
    share = f"{supervisor / workers:.2%} of the workers' (at most {LIMIT:.0%})"
    print(f"{'supervisor':12}{supervisor:10.3f} s of CPU, {share}")


if __name__ == "__main__":
    main()
