"""All calls share one process, which follows this one, stops when asked and never outlives it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import textwrap
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import Server

import winnow
from winnow import _process

CLEAN = """
    import os, sys, winnow
    rows = [{"query": f"q{n}", "pos": ["p"], "neg": [f"n{n}"]} for n in range(16)]
    options = dict(judge=sys.argv[1], task="question-answering", concurrency=1, no_check=True, confirm=0)
    winnow.doctor(rows)
    print("node", winnow._process._process._child.pid, flush=True)
    try:
        print(winnow.clean(rows, **options))
    except KeyboardInterrupt as error:
        print("interrupted:", error)
        sys.exit(130)
"""


def _start(server: Server) -> subprocess.Popen[str]:
    script = textwrap.dedent(CLEAN)
    args = [sys.executable, "-c", script, f"m@{server.url}"]
    return subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _node_of(child: subprocess.Popen[str]) -> int:
    assert child.stdout is not None
    return int(child.stdout.readline().split()[1])


def _until(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.02)
    return is_so()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def test_calls_share_a_process_that_follows_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    winnow.doctor("examples/rows.jsonl", quiet=True)
    first = _process._process
    monkeypatch.chdir(folder / "examples")
    assert winnow.doctor("rows.jsonl", quiet=True)["file"] == "rows.jsonl"
    assert _process._process is first


def test_threads_wait_for_each_other() -> None:
    found: list[int] = []

    def look() -> None:
        found.append(winnow.doctor("examples/rows.jsonl", quiet=True)["rows"])

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [48] * 4


def test_a_process_that_died_is_an_error_and_the_next_call_starts_another(server: Server) -> None:
    winnow.doctor("examples/rows.jsonl", quiet=True)
    server.seconds = 30
    running = _process._process
    assert running is not None
    threading.Timer(0.5, running._child.kill).start()
    with pytest.raises(winnow.ProcessError, match="the Node process of Winnow ended with code -9") as caught:
        winnow.clean("examples/rows.jsonl", out="o.jsonl", judge=f"m@{server.url}", no_check=True, quiet=True)
    assert caught.value.is_retryable
    assert winnow.doctor("examples/rows.jsonl", quiet=True)["rows"] == 48


def test_a_bar_on_a_terminal(server: Server) -> None:
    pytest.importorskip("tqdm")
    server.seconds = 0.05
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    args = [sys.executable, "-c", textwrap.dedent(CLEAN), f"m@{server.url}"]
    with subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=theirs) as child:
        os.close(theirs)
        shown = ""
        with suppress(OSError):
            while part := os.read(ours, 4096):
                shown += part.decode(errors="replace")
    os.close(ours)
    assert child.returncode == 0
    assert re.search(r"█.* asking [1-9]\d*/16 rows · .* calls", shown), shown


def test_an_interrupt_keeps_what_was_answered(server: Server) -> None:
    server.seconds = 0.1
    child = _start(server)
    node = _node_of(child)
    assert _until(lambda: server.answered >= 3)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=20)
    assert child.returncode == 130, err
    assert out == (
        "interrupted: Run the same command again to resume; replies so far are in the ledger and are not paid for twice.\n"
    )
    assert "stopping after the calls in flight" in err
    assert _until(lambda: not _is_running(node))
    answered = server.answered
    assert 3 <= answered < 16
    assert winnow.Ledger().info()["replies"] == answered
    server.seconds = 0
    again = _start(server)
    out, err = again.communicate(timeout=60)
    assert "<winnow.Result: 0 kept, 0 changed, 0 dropped, 16 undecided>" in out, err
    # Every unreadable reply is asked for once more; what was answered is not.
    assert server.answered == 32
    assert len(server.keys) == 32


def test_a_second_interrupt_ends_it_at_once(server: Server) -> None:
    server.seconds = 30
    child = _start(server)
    node = _node_of(child)
    assert _until(lambda: len(server.keys) == 1)
    started = time.monotonic()
    child.send_signal(signal.SIGINT)
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    out, _err = child.communicate(timeout=20)
    assert child.returncode == 130
    assert out == "interrupted: interrupted\n"
    assert time.monotonic() - started < 10
    assert _until(lambda: not _is_running(node))


def test_it_never_outlives_its_parent(server: Server) -> None:
    server.seconds = 0.2
    child = _start(server)
    node = _node_of(child)
    assert _until(lambda: server.answered >= 1)
    child.kill()
    child.communicate()
    assert _until(lambda: not _is_running(node), 20)
