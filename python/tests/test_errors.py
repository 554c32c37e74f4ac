"""What goes wrong is an exception with the same words as the command line has."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from conftest import MODELS, Server

import winnow


def test_the_message_and_the_hint() -> None:
    with pytest.raises(winnow.UsageError) as caught:
        winnow.clean("examples/rows.jsonl", out="out.jsonl", judge="gpt-4o", quiet=True)
    error = caught.value
    assert error.code == "usage"
    assert error.message == "gpt-4o: no key for https://api.openai.com/v1"
    assert error.hint == "Set OPENAI_API_KEY, or use your own server: gpt-4o@http://HOST:PORT/v1."
    assert str(error) == f"{error.message}\n{error.hint}"
    assert not error.is_retryable
    assert vars(pickle.loads(pickle.dumps(error))) == vars(error)


def test_every_unusable_value_at_once_and_the_next_call_runs() -> None:
    options: Any = {"judge": "gpt-4o", "recall": 4, "max_usd": -1, "out": "out.jsonl"}
    with pytest.raises(winnow.UsageError, match=r"--recall 4: allowed: .*; --max-usd -1: allowed: a number of 0 or more"):
        winnow.clean("examples/rows.jsonl", **options)
    assert winnow.doctor("examples/rows.jsonl", quiet=True)["rows"] == 48


def test_standard_input_and_output_are_taken() -> None:
    with pytest.raises(winnow.UsageError, match='"-" cannot be used from a program'):
        winnow.clean("examples/rows.jsonl", out="-", **MODELS)


def test_a_budget_that_is_used_up(server: Server) -> None:
    with pytest.raises(winnow.StopRun) as caught:
        judge = f"m@{server.url}"
        winnow.clean("examples/rows.jsonl", out="o.jsonl", judge=judge, price="1000/1000", max_usd=0.01, no_check=True)
    assert "0.01" in str(caught.value)


def test_a_key_is_in_no_message(server: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-1")
    judge = f"m@{server.url}"
    options: dict[str, Any] = {"out": "o.jsonl", "no_check": True, "limit": 1}
    cleaned = winnow.clean("examples/rows.jsonl", judge=judge, **options)
    assert cleaned.outcomes["undecided"] == 1
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-2")
    winnow.clean("examples/rows.jsonl", judge=judge, **{**options, "limit": 2, "out": "p/o.jsonl"})
    assert set(server.keys) == {"Bearer sk-secret-1", "Bearer sk-secret-2"}
    with pytest.raises(winnow.WinnowError) as caught:
        winnow.clean("examples/rows.jsonl", judge="m@http://user:sk-secret-3@nowhere.invalid:x/v1", **options)
    printed = capfd.readouterr()
    assert "sk-secret" not in f"{caught.value}{cleaned.report}{printed.out}{printed.err}"
