"""The tagger in a pool of processes as people write it in Python: one a core, a recording a task, one thread each.

Prints a line of JSON: seconds of start-up (interpreters, libraries, model, warm-up), wall seconds from then to the
last scores, and CPU seconds by stage. The scores stay in memory.
"""

import argparse
import json
import multiprocessing
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import torch
from runtime_rounds import forward_of
from tagger_forms import BATCH
from tagger_ingest import WINDOW, LogMel, batches, decode, resample, segments

WARM_UP_FORWARDS = 3


class Tagger:
    def __init__(self, runtime, model):
        torch.set_num_threads(1)
        self._log_mel, self._forward = LogMel(), forward_of(runtime, model)
        for _ in range(WARM_UP_FORWARDS):
            self._forward(self._log_mel(np.zeros((BATCH, WINDOW), np.float32)))

    def tag(self, path):
        """Scores [N, labels] of a recording, and CPU seconds by stage."""
        seconds = Counter()

        def timed(stage, work, *arguments):
            started = time.process_time()
            result = work(*arguments)
            seconds[stage] += time.process_time() - started
            return result

        rows = segments(timed("resample", resample, *timed("decode", decode, path)))
        scores = []
        for batch in batches(rows, BATCH):
            values = timed("front_end", self._log_mel, batch)
            scores.append(np.array(timed("forward", self._forward, values)))
        return np.concatenate(scores)[: len(rows)], seconds


def start_worker(cores, all_started, runtime, model):
    global tagger, everybody
    os.sched_setaffinity(0, {cores.get()})
    tagger, everybody = Tagger(runtime, model), all_started


def wait_for_everybody(_):
    everybody.wait()


def tag(path):
    return tagger.tag(path)


def main():
    started = time.monotonic()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runtime", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--scores", help="file for the scores of all recordings, one after the other (float32)")
    parser.add_argument("recordings", nargs="+")
    arguments = parser.parse_args()
    processes = multiprocessing.get_context("spawn")
    own_cores = sorted(os.sched_getaffinity(0))
    cores = processes.Queue()
    for core in own_cores:
        cores.put(core)
    settings = (cores, processes.Barrier(len(own_cores)), arguments.runtime, arguments.model)
    with ProcessPoolExecutor(len(own_cores), processes, start_worker, settings) as pool:
        list(pool.map(wait_for_everybody, own_cores))
        ready = time.monotonic()
        results = list(pool.map(tag, arguments.recordings))
        ended = time.monotonic()
    scores = [scores for scores, _ in results]
    if arguments.scores:
        np.concatenate(scores).tofile(arguments.scores)
    facts = {
        "start_up_seconds": ready - started,
        "wall_seconds": ended - ready,
        "cpu_seconds": sum((seconds for _, seconds in results), Counter()),
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
