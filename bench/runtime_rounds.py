"""One forward of another runtime, timed on request: what forward_rounds is for rookery's models.

runtime_rounds.py RUNTIME MODEL INPUT ROWS,… OUTPUT, with RUNTIME and MODEL as forward_of takes them.
"""

import sys
import time

import numpy as np


def forward_of(runtime, model):
    """A function from a batch to its scores: `model` as ONNX for one thread of onnxruntime, openvino or openvino-bf16,
    as TorchScript for torch. The scores may be gone with the next call.
    """
    if runtime == "onnxruntime":
        return _onnxruntime_session(model)
    if runtime == "torch":
        return _frozen_module(model)
    return _openvino_request(model, "bf16" if runtime.endswith("bf16") else "f32")


def _onnxruntime_session(model):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda batch: session.run(None, {name: batch})[0]


def _openvino_request(model, precision):
    import openvino

    options = {
        "INFERENCE_NUM_THREADS": 1,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": precision,
    }
    request = openvino.Core().compile_model(model, "CPU", options).create_infer_request()

    def forward(batch):
        request.infer([batch], share_inputs=True, share_outputs=True)
        return request.get_output_tensor().data

    return forward


def _frozen_module(model):
    import torch

    torch.set_num_threads(1)
    module = torch.jit.freeze(torch.jit.load(model).eval())

    def forward(batch):
        with torch.inference_mode():
            return module(torch.from_numpy(batch)).numpy()

    return forward


def main():
    runtime, model, source, shape, output = sys.argv[1:]
    batch = np.fromfile(source, np.float32).reshape([int(size) for size in shape.split(",")])
    forward = forward_of(runtime, model)
    np.array(forward(batch), np.float32).tofile(output)
    print("ready", flush=True)
    for _ in sys.stdin:
        started = time.process_time()
        forward(batch)
        print((time.process_time() - started) * 1e3, flush=True)


if __name__ == "__main__":
    main()
