"""What the ledger holds, from Python."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import MODELS

import winnow


def test_a_ledger() -> None:
    winnow.clean("examples/rows.jsonl", out="out/cleaned.jsonl", quiet=True, **MODELS)
    ledger = winnow.Ledger(Path("out", ".winnow", "ledger.db"))
    assert ledger.info()["replies"] == 68
    assert [run["method"] for run in ledger] == ["rlhn"]
    assert ledger.verify() == []
    assert set(ledger.compact()) == {"before", "after"}
    assert ledger.salvage() is None
    assert repr(ledger) == "Ledger('out/.winnow/ledger.db')"


def test_a_damaged_ledger() -> None:
    winnow.clean("examples/rows.jsonl", out="out/cleaned.jsonl", quiet=True, **MODELS)
    path = Path("out/.winnow/ledger.db")
    data = bytearray(path.read_bytes())
    # The row that a reply is of stands in it as it is.
    row = data.rindex(b"cook-pasta-salt")
    data[row : row + 4] = b"burn"
    path.write_bytes(data)
    ledger = winnow.Ledger(path)
    assert ledger.verify() != []
    salvaged = ledger.salvage()
    assert salvaged is not None and salvaged["replies"] > 0
    assert ledger.verify() == []


def test_no_ledger() -> None:
    with pytest.raises(winnow.WinnowError):
        winnow.Ledger("nowhere.db").info()
