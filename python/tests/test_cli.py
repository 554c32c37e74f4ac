"""The command of the wheel is the command line of the Node package, with its streams and exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from conftest import MODELS, Server

FLAGS = [word for name, value in MODELS.items() for word in (f"--{name}", value)]


def run(*args: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs the command where no Node is on the path."""
    env = {**os.environ, "PATH": str(Path(sys.executable).parent), **options.pop("env", {})}
    return subprocess.run([sys.executable, "-m", "winnow", *args], capture_output=True, text=True, env=env, **options)


def test_the_example_of_the_readme() -> None:
    ran = run("clean", "examples/rows.jsonl", "--out", "out/cleaned.jsonl", *FLAGS)
    assert ran.returncode == 0, ran.stderr
    assert "48 rows by rlhn" in ran.stderr and "35 changes, each with its reason" in ran.stderr
    assert len(Path("out/cleaned.jsonl").read_text(encoding="utf8").splitlines()) == 47


def test_the_command_stands_beside_python() -> None:
    command = Path(sys.executable).parent / "winnow"
    assert subprocess.run([command, "--version"], capture_output=True, text=True).stdout.strip().count(".") == 2


def test_streams_and_the_width_of_the_terminal() -> None:
    rows = Path("examples/rows.jsonl").read_text(encoding="utf8")
    cleaned = run("clean", "-", "--out", "-", "--report", "report", *FLAGS, input=rows)
    assert cleaned.returncode == 0
    assert len(cleaned.stdout.splitlines()) == 47
    wide, narrow = (run("doctor", "examples/rows.jsonl", env={"COLUMNS": columns}).stdout for columns in ("140", "60"))
    assert max(map(len, narrow.splitlines())) < max(map(len, wide.splitlines()))


def test_exit_codes(server: Server) -> None:
    assert run("doctor", "nothing.jsonl").returncode == 2
    assert run("clean", "examples/rows.jsonl", "--unknown").returncode == 2
    judge = f"m@{server.url}"
    undecided = run("clean", "examples/rows.jsonl", "--out", "o.jsonl", "--judge", judge, "--no-check", "--limit", "2")
    assert undecided.returncode == 1, undecided.stderr


def test_an_interrupt(server: Server) -> None:
    server.seconds = 0.2
    args = ["clean", "examples/rows.jsonl", "--out", "o.jsonl", "--judge", f"m@{server.url}", "--no-check", "--concurrency", "1"]
    child = subprocess.Popen([sys.executable, "-m", "winnow", *args], stderr=subprocess.PIPE, text=True)
    while server.answered < 1:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "Run the same command again to resume" in err
