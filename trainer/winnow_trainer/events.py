"""What is said to Winnow: one JSON object a line on standard output, and nothing else there."""

import json
import os
import sys
from typing import Any, NoReturn, TextIO


def _take_standard_output() -> TextIO:
    """Keeps standard output for events; what libraries print goes to standard error."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return own


_output: TextIO = _take_standard_output()


def emit(event: str, **values: Any) -> None:
    """Writes an event. Ends this process when nobody reads any more: Winnow was killed."""
    try:
        _output.write(json.dumps({"event": event, **values}) + "\n")
        _output.flush()
    except BrokenPipeError:
        os._exit(1)


def notice(sentence: str) -> None:
    emit("notice", text=sentence)


class Refusal(Exception):
    """What a user can mend: a sentence, and what to try next."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.hint = hint


def fail(error: Refusal) -> NoReturn:
    emit("error", text=str(error), hint=error.hint)
    sys.stdout.flush()
    os._exit(3)
