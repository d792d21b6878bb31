"""One forward of the CNN tagger by its blocks, timed on request: bench/forward_blocks.py asks several of these in turn.

block_rounds.py RUNTIME MODEL INPUT ROWS,… OUTPUT, with RUNTIME torchscript, package (a *.pt2 folder), openvino or
openvino-bf16 (ONNX). Each line on standard input is answered by the milliseconds of each block, from its first
convolution to the next block's; the last one's include what follows the blocks.
"""

import itertools
import json
import sys

import numpy as np

BLOCKS, CONVOLUTIONS_A_BLOCK = 5, 2


def openvino_steps(model, precision, batch):
    """The forward's output, and a function that runs it: (is a convolution, milliseconds) for each node."""
    import openvino

    options = {
        "INFERENCE_NUM_THREADS": 1,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": precision,
        "ENABLE_CPU_PINNING": False,  # a busy core would hold it up, and not the others
        "PERF_COUNT": True,
    }
    request = openvino.Core().compile_model(model, "CPU", options).create_infer_request()

    def steps():
        request.infer([batch])
        for node in request.profiling_info:
            yield node.node_type == "Convolution", node.real_time.total_seconds() * 1e3

    request.infer([batch])
    return np.array(request.get_output_tensor().data), steps


def torch_steps(model, packaged, batch):
    """Like openvino_steps; a convolution's step reaches to the next one."""
    import torch
    from torch._C._aoti import AOTIModelPackageLoader
    from torch.profiler import ProfilerActivity, profile, record_function

    torch.set_num_threads(1)
    batch = torch.from_numpy(batch)
    if packaged:
        loader = AOTIModelPackageLoader(model, "model", False, 1, -1)
    else:
        module = torch.jit.load(model)

    def forward():
        with torch.inference_mode():
            return loader.run([batch])[0] if packaged else module(batch)

    def steps():
        with profile(activities=[ProfilerActivity.CPU]) as profiled, record_function("forward of all"):
            forward()
        whole = next(event.time_range for event in profiled.events() if event.name == "forward of all")
        # A package shows no operators by name, but oneDNN's convolutions resize their output, here as there.
        resized = sorted(event.time_range.start for event in profiled.events() if event.name == "aten::resize_")
        starts = resized[: BLOCKS * CONVOLUTIONS_A_BLOCK]
        yield False, (starts[0] - whole.start) / 1e3
        for start, end in itertools.pairwise([*starts, whole.end]):
            yield True, (end - start) / 1e3

    return forward().numpy(), steps


def by_block(steps):
    times, convolutions = [0.0] * BLOCKS, 0
    for is_convolution, ms in steps:
        convolutions += is_convolution
        times[max(0, convolutions - 1) // CONVOLUTIONS_A_BLOCK] += ms
    if convolutions != BLOCKS * CONVOLUTIONS_A_BLOCK:
        sys.exit(f"{convolutions} convolutions were seen, not {BLOCKS * CONVOLUTIONS_A_BLOCK}")
    return times


def main():
    runtime, model, source, shape, output = sys.argv[1:]
    batch = np.fromfile(source, np.float32).reshape([int(size) for size in shape.split(",")])
    if runtime.startswith("openvino"):
        scores, steps = openvino_steps(model, "bf16" if runtime.endswith("bf16") else "f32", batch)
    else:
        scores, steps = torch_steps(model, runtime == "package", batch)
    scores.astype(np.float32).tofile(output)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(by_block(steps())), flush=True)


if __name__ == "__main__":
    main()
