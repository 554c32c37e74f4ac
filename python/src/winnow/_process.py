"""The one Node process that runs all commands: JSON lines to its standard input, and from its standard output."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from ._errors import error_in
from ._node import node_command
from ._progress import Progress

_TAIL = 2000
"""Characters of what a process said before it ended, for the message."""


@dataclass(frozen=True)
class Answer:
    """The report of a command, as ``--json`` prints it, and its exit code."""

    report: Any
    code: int


class _Process:
    def __init__(self) -> None:
        self.pid = os.getpid()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self._environment = dict(os.environ)
        # Away from the terminal's process group: Ctrl-C is for this process, which asks the other to stop.
        apart: dict[str, Any] = (
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
            if os.name == "nt"
            else {"start_new_session": True}
        )
        self._child = subprocess.Popen(
            [*node_command(), "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=self._environment,
            **apart,
        )
        self._id = 0

    @property
    def is_alive(self) -> bool:
        return self._child.poll() is None

    def run(self, command: str, args: Sequence[str], options: Mapping[str, Any], quiet: bool) -> Answer:
        """Runs a command. Raises WinnowError if it fails, KeyboardInterrupt after an interrupt, when it has stopped."""
        self._id += 1
        request = {
            "id": self._id,
            "command": command,
            "args": list(args),
            "options": dict(options),
            "quiet": quiet,
            "cwd": os.getcwd(),
            "env": self._changed_environment(),
        }
        progress = Progress(quiet)
        try:
            self._send(request)
            with _interrupts(self.stop, self.kill) as interrupts:
                last = self._last_answer(progress)
        except BaseException:
            # What it would answer now would be taken for the answer to the next request.
            self.kill()
            raise
        finally:
            progress.close()
        error = last.get("error")
        if interrupts:
            raise KeyboardInterrupt(error["hint"] if error is not None and error["code"] == "interrupted" else "interrupted")
        if error is not None:
            raise error_in(error)
        return Answer(last["result"]["report"], last["result"]["code"])

    def stop(self) -> None:
        """Asks the command to stop: calls in flight finish, and their replies are kept."""
        self._send({"stop": self._id})

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()

    def close(self) -> None:
        """Ends the process: it stops its command when its standard input ends."""
        if self._child.stdin is not None:
            with suppress(OSError):
                self._child.stdin.close()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.kill()

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._child.stdin is not None
        # If it has ended, reading says why.
        with suppress(OSError):
            self._child.stdin.write(json.dumps(message).encode() + b"\n")
            self._child.stdin.flush()

    def _last_answer(self, progress: Progress) -> dict[str, Any]:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            answer: dict[str, Any] = json.loads(line)
            if answer.get("id") != self._id:
                continue
            if "note" in answer:
                progress.note(answer["note"])
            elif "progress" in answer:
                progress.show(**answer["progress"])
            else:
                return answer
        return {"error": self._failure()}

    def _failure(self) -> dict[str, Any]:
        code = self._child.wait()
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip()[-_TAIL:]
        message = f"the Node process of Winnow ended with code {code}" + (f"; it said:\n{said}" if said else "")
        hint = "The system may have been out of memory." if code == -9 else None
        return {"name": "ProcessError", "code": "process", "message": message, "hint": hint, "isRetryable": True}

    def _changed_environment(self) -> dict[str, str | None]:
        before, now = self._environment, dict(os.environ)
        self._environment = now
        changed: dict[str, str | None] = {name: value for name, value in now.items() if before.get(name) != value}
        return {**changed, **{name: None for name in before if name not in now}}


@contextmanager
def _interrupts(stop: Any, kill: Any) -> Iterator[list[int]]:
    """Meanwhile, the first Ctrl-C stops the command and the second ends its process. Yields the list of interrupts so far."""
    seen: list[int] = []

    def handle(number: int, _frame: Any) -> None:
        seen.append(number)
        (stop if len(seen) == 1 else kill)()

    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield seen
        return
    signal.signal(signal.SIGINT, handle)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, before)


_lock = threading.Lock()
_process: _Process | None = None


def run(command: str, args: Sequence[str], options: Mapping[str, Any], quiet: bool = False) -> Answer:
    """Runs a command in the process, which is started by the first call. Calls of several threads wait for each other."""
    global _process
    with _lock:
        # A fork has its parent's process, which goes on answering the parent.
        if _process is None or _process.pid != os.getpid() or not _process.is_alive:
            _process = _Process()
        return _process.run(command, args, options, quiet)


@atexit.register
def _close() -> None:
    if _process is not None and _process.pid == os.getpid():
        _process.close()
