"""The store of replies: what is in it, whether it is intact, and how to make it smaller."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ._process import run
from ._rows import StrPath


class Ledger:
    """A ledger file, which must exist.

    Example:
        >>> ledger = Ledger("out/.winnow/ledger.db")
        >>> ledger.info()["replies"]
        68
        >>> [run["method"] for run in ledger]
        ['rlhn']
        >>> ledger.verify()
        []
    """

    def __init__(self, path: StrPath = Path(".winnow", "ledger.db")) -> None:
        self.path = os.fsdecode(path)

    def info(self) -> dict[str, Any]:
        """Replies by model and prompt, tokens, cost, runs and failures. Raises UsageError if there is no such ledger."""
        return self._run()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The runs that used the ledger."""
        return iter(self.info()["runs"])

    def verify(self) -> list[str]:
        """Checks the file, the index, the sums and every checksum. Returns the faults; none if the ledger is sound."""
        return list(self._run(verify=True)["faults"])

    def compact(self) -> dict[str, int]:
        """Releases unused space. Returns the bytes ``before`` and ``after``."""
        return dict(self._run(compact=True)["compacted"])

    def salvage(self) -> dict[str, Any] | None:
        """Replaces a damaged ledger with a copy of everything sound in it. Returns what was kept; None if the ledger is sound."""
        salvaged = self._run(salvage=True)["salvaged"]
        return None if salvaged is None else dict(salvaged)

    def __repr__(self) -> str:
        return f"Ledger({self.path!r})"

    def _run(self, **options: bool) -> dict[str, Any]:
        return dict(run("ledger", [self.path], options, quiet=True).report)
