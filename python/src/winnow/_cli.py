"""The command ``winnow``: the command line of the Node package, with its streams, signals and exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from ._errors import WinnowError
from ._node import node_command


def main() -> int:
    """Replaces this process by Node, or waits for it on Windows. Returns the exit code."""
    try:
        command = [*node_command(), *sys.argv[1:]]
    except WinnowError as error:
        print(f"winnow: {error}", file=sys.stderr)
        return 2
    if os.name != "nt":
        os.execv(command[0], command)
    # Ctrl-C reaches both processes: Node ends its work, and this one waits for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.run(command).returncode
