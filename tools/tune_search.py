"""Proposes cells to `rookery tune`, which measures them. Lines of JSON go both ways: docs/tuning.md has the protocol.

    tune_search.py [--fd N]

They go over standard input and output, or over the socket N. Needs Optuna and scikit-learn.
"""

import argparse
import json
import socket
import sys

from tune.findings import findings
from tune.search import Search


class Conversation:
    def __init__(self, heard, said):
        self.heard, self.said = heard, said

    def say(self, message):
        print(json.dumps(message), file=self.said, flush=True)

    def hear(self):
        """None if the other side is gone."""
        line = self.heard.readline()
        return json.loads(line) if line else None


def converse(search, other):
    """True if the search came to its end, or was told to end."""
    asks = search.asks()
    ask = next(asks, None)
    while ask is not None:
        other.say({"ask": ask})
        answer = other.hear()
        if answer is None:
            return False
        try:
            ask = asks.send(answer["tell"])
        except StopIteration:
            ask = None
    return True


def search_with(other):
    beginning = other.hear()
    if beginning is None:
        return 1
    try:
        search = Search(beginning["start"])
    except (KeyError, TypeError, ValueError) as error:
        other.say({"refused": f"{type(error).__name__}: {error}"})
        return 2
    if not converse(search, other):
        return 1
    other.say({"done": findings(search)})
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fd", type=int, help="a connected socket, instead of standard input and output")
    number = parser.parse_args().fd
    if number is None:
        return search_with(Conversation(sys.stdin, sys.stdout))
    with socket.socket(fileno=number) as connection, connection.makefile("rw", encoding="utf-8") as stream:
        return search_with(Conversation(stream, stream))


if __name__ == "__main__":
    sys.exit(main())
