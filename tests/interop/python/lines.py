"""Answers each line of JSON on standard input with a line of JSON."""

import json
import sys


def answer(actions):
    """Runs until standard input ends. What a library refuses is an answer, too."""
    for line in sys.stdin:
        request = json.loads(line)
        name = request.pop("do")
        try:
            said = actions[name](**request) if name in actions else {"refused": "it has no such call"}
        except Exception as error:  # Each library has its own; which one it was is in the answer.
            said = {"refused": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), flush=True)


def is_secret(alg):
    return alg.startswith("HS")
