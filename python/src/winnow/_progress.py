"""Shows the progress of a run by tqdm, if it is installed and somebody can see it, and prints its sentences."""

from __future__ import annotations

import sys
from typing import Any

_IN_NOTEBOOK = "ipykernel" in sys.modules
_FORMAT = "{bar}{desc}" if _IN_NOTEBOOK else "{bar:10} {desc}"


class Progress:
    """The bar and the sentences of one run; silent if it is quiet."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._tqdm = None if quiet else _tqdm()
        self._bar: Any = None

    def note(self, sentence: str) -> None:
        """Prints a sentence to standard error, above the bar."""
        if self._bar is None:
            print(sentence, file=sys.stderr, flush=True)
        else:
            self._bar.write(sentence, file=sys.stderr)

    def show(self, text: str, done: float | None = None, total: float | None = None) -> None:
        """Shows how far the run is; a total of 0 is unknown."""
        if self._tqdm is None:
            return
        if self._bar is None:
            self._bar = self._tqdm(bar_format=_FORMAT, leave=False, dynamic_ncols=True)
        self._bar.total = total or None
        self._bar.n = done or 0
        self._bar.set_description_str(text)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _tqdm() -> Any:
    """The class of bars; None if tqdm is missing or nobody sees them."""
    if not sys.stderr.isatty() and not _IN_NOTEBOOK:
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm
