"""Every example in the documentation runs and prints what it says; the types hold."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MODELS

import winnow
from winnow import _commands, _ledger

EXAMPLES = [test for module in (winnow, _commands, _ledger) for test in doctest.DocTestFinder().find(module) if test.examples]


def test_each_function_has_an_example() -> None:
    named = {test.name.split(".")[-1] for test in EXAMPLES}
    assert {"clean", "apply", "grow", "mine", "doctor", "compare", "Ledger"} <= named


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda test: test.name)
def test_an_example(example: doctest.DocTest) -> None:
    winnow.clean("examples/rows.jsonl", out="out/cleaned.jsonl", quiet=True, **MODELS)
    example.globs = {**vars(winnow)}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    assert runner.run(example).failed == 0


def test_the_page() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "python.md"
    blocks = re.findall(r"```pycon\n(.*?)```", page.read_text(encoding="utf8"), re.DOTALL)
    example = doctest.DocTestParser().get_doctest("".join(blocks), {}, page.name, str(page), 0)
    assert len(example.examples) > 5
    assert doctest.DocTestRunner().run(example).failed == 0


USE = """
import winnow

by_path = winnow.clean("a.jsonl", out="b.jsonl", judge="gpt-4o", max_usd=5, better="relabel")
reveal_type(by_path.rows)
by_list = winnow.mine([{"query": "a"}], corpus="c", negatives=3)
reveal_type(by_list.rows)
reveal_type(winnow.doctor("a.jsonl").ok)
winnow.clean("a.jsonl", better="no-such-action")
winnow.clean("a.jsonl", max_usd="five")
winnow.clean(3)
"""


def test_the_types(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    (tmp_path / "use.py").write_text(USE)
    mypy = [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", "--cache-dir", str(tmp_path / "types")]
    printed = subprocess.run([*mypy, "use.py"], capture_output=True, text=True, cwd=tmp_path).stdout.replace("builtins.", "")
    found = [line.split(": ", 2)[1:] for line in printed.splitlines() if line.startswith("use.py")]
    assert [text for kind, text in found if kind == "note"][:3] == [
        'Revealed type is "str"',
        'Revealed type is "list[dict[str, str]]"',
        'Revealed type is "bool"',
    ]
    errors = [text for kind, text in found if kind == "error"]
    assert len(errors) == 3, printed
    own = subprocess.run(mypy, capture_output=True, text=True, cwd=Path(__file__).resolve().parents[1])
    assert "Success" in own.stdout, own.stdout
