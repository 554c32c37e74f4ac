"""Finds and repairs false negatives in the training data of retrievers and rerankers.

Example:
    >>> import winnow
    >>> cleaned = winnow.clean(
    ...     "examples/rows.jsonl",
    ...     out="out/cleaned.jsonl",
    ...     tasks="examples/tasks.yaml",
    ...     screen="replay:examples/replies/screen.jsonl",
    ...     judge="replay:examples/replies/judge.jsonl",
    ... )
    >>> cleaned.outcomes
    {'kept': 24, 'changed': 23, 'dropped': 1, 'undecided': 0}
"""

from importlib.metadata import PackageNotFoundError, version

from . import _commands
from ._commands import *  # noqa: F403 (the functions in its __all__)
from ._errors import CallError, ProcessError, StopRun, UsageError, WinnowError
from ._ledger import Ledger
from ._run import Report, Result

try:
    __version__ = version("winnow-data")
except PackageNotFoundError:
    __version__ = "unknown"

__all__ = [
    "CallError",
    "Ledger",
    "ProcessError",
    "Report",
    "Result",
    "StopRun",
    "UsageError",
    "WinnowError",
]
__all__ += _commands.__all__
