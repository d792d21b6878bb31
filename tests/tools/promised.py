"""Runs functions that each keep a promise, or the one that is named on the command line."""

import sys


def kept(promises, *given):
    """The exit code; `given` is what every promise is called with."""
    wanted = [promise for promise in promises if sys.argv[1:] in ([], [promise.__name__])]
    for promise in wanted:
        promise(*given)
        print(promise.__name__.replace("_", " "))
    return 0 if wanted else 2
