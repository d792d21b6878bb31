"""The marker in a recording's samples that makes rookery_test::fault (fault_op.cc) do its harm."""

from enum import IntEnum

STEP = 512  # of a 16-bit sample: 1/64


class Harm(IntEnum):
    """As in fault_op.cc."""

    NONE = 0
    SEGV = 1
    ABORT = 2
    LOOP = 3
    EXIT = 4
    EAT_MEMORY = 5
    LEAK = 6
    BUS = 7
    ILL = 8
    FPE = 9
    GREEDY = 10


def marked(samples, first, harm):
    """16-bit samples with the marker at the beginning of the segment that begins at `first`."""
    samples[first : first + 4] = [20480, -20480, 26624, harm * STEP]
    return samples
