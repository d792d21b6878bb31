"""The tagger on one recording by OpenVINO's asynchronous queue, two streams: the main thread decodes, resamples and
computes log-mel values batch after batch while two requests run.

Prints a line of JSON like tagger_pool.py, with the process's CPU seconds as a whole.
"""

import argparse
import json
import os
import time

import numpy as np
import openvino
import torch
from tagger_forms import BATCH
from tagger_ingest import WINDOW, LogMel, batches_of

WARM_UP_FORWARDS = 6


def queue_of(model, precision, streams, pinned):
    options = {
        "NUM_STREAMS": streams,
        "INFERENCE_NUM_THREADS": streams,
        "INFERENCE_PRECISION_HINT": precision,
        "ENABLE_CPU_PINNING": pinned,
    }
    return openvino.AsyncInferQueue(openvino.Core().compile_model(model, "CPU", options), streams)


def main():
    started = time.monotonic()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--precision", choices=["f32", "bf16"], required=True)
    parser.add_argument("--pinned", action="store_true")
    parser.add_argument("--scores", help="file for the scores (float32)")
    parser.add_argument("recording")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    log_mel, scores = LogMel(), {}
    streams = len(os.sched_getaffinity(0))
    queue = queue_of(arguments.model, arguments.precision, streams, arguments.pinned)
    queue.set_callback(lambda request, number: scores.update({number: np.array(request.get_output_tensor().data)}))
    for _ in range(WARM_UP_FORWARDS):
        queue.start_async(log_mel(np.zeros((BATCH, WINDOW), np.float32)), 0)
    queue.wait_all()
    ready, cpu_ready = time.monotonic(), time.process_time()
    for number, batch in enumerate(batches_of(arguments.recording, BATCH)):
        queue.start_async(log_mel(batch), number)
    queue.wait_all()
    ended, cpu_ended = time.monotonic(), time.process_time()
    if arguments.scores:
        np.concatenate([scores[number] for number in sorted(scores)]).tofile(arguments.scores)
    facts = {
        "start_up_seconds": ready - started,
        "wall_seconds": ended - ready,
        "cpu_seconds": {"process": cpu_ended - cpu_ready},
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
