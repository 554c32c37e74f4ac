"""The errors of Winnow as exceptions: what failed, the value seen, the values allowed, and what to try next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class WinnowError(Exception):
    """The base of all errors of Winnow. ``code`` is stable and meant for programs, ``message`` for people."""

    def __init__(self, code: str, message: str, hint: str | None = None, is_retryable: bool = False) -> None:
        super().__init__(message if hint is None else f"{message}\n{hint}")
        self.code = code
        self.message = message
        self.hint = hint
        """The next thing to try, if there is one."""
        self.is_retryable = is_retryable
        """Whether the same call may succeed if it is repeated."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (_remade, (type(self), self.code, self.message, self.hint, self.is_retryable))


class UsageError(WinnowError):
    """Unusable options, rows, files or settings. Nothing was sent or written."""


class CallError(WinnowError):
    """A call of a model got no reply."""


class StopRun(WinnowError):
    """The run had to end: the budget is used up, the key is refused, or the server is gone. Replies so far are in the ledger."""


class ProcessError(WinnowError):
    """The Node process of Winnow ended by itself. The next call starts another one."""


_KINDS = {kind.__name__: kind for kind in (UsageError, CallError, StopRun, ProcessError)}


def usage_error(message: str, hint: str | None = None) -> UsageError:
    return UsageError("usage", message, hint)


def error_in(answer: Mapping[str, Any]) -> WinnowError:
    """Returns the exception for an error that the process answered with."""
    kind = _KINDS.get(answer["name"], WinnowError)
    return kind(answer["code"], answer["message"], answer["hint"], answer["isRetryable"])


def _remade(kind: type[WinnowError], code: str, message: str, hint: str | None, is_retryable: bool) -> WinnowError:
    return kind(code, message, hint, is_retryable)
