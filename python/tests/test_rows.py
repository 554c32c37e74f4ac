"""Rows of every shape come out in the shape that they came in, as the command line writes them."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import MODELS

import winnow

Records = list[dict[str, Any]]


@pytest.fixture
def expected() -> Records:
    """What comes out of the file by its path."""
    cleaned = winnow.clean("examples/rows.jsonl", out="expected/cleaned.jsonl", quiet=True, **MODELS)
    assert cleaned.rows == "expected/cleaned.jsonl"
    return [json.loads(line) for line in Path(cleaned.rows).read_text(encoding="utf8").splitlines()]


def test_a_list_of_dicts(records: Records, expected: Records) -> None:
    cleaned = winnow.clean(records, quiet=True, **MODELS)
    assert cleaned.rows == expected
    assert cleaned.outcomes == {"kept": 24, "changed": 23, "dropped": 1, "undecided": 0}
    assert len(cleaned.list("changes")) == 35
    assert [row["columns"]["query_id"] for row in cleaned.list("dropped")] != []
    assert cleaned.list("nothing") == []
    assert repr(cleaned) == "<winnow.Result: 24 kept, 23 changed, 1 dropped, 0 undecided>"


def test_the_replies_are_kept_and_another_policy_is_free(records: Records) -> None:
    winnow.clean(records, quiet=True, **MODELS)
    assert Path(".winnow/ledger.db").is_file()
    again = winnow.apply(records, preset="rlhn-code", quiet=True)
    assert again.report["cost"]["now"] == 0
    assert again.outcomes["changed"] == 24


def test_a_frame(records: Records, expected: Records) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(records).assign(number=range(len(records)), empty=None, share=0.1)
    cleaned = winnow.clean(frame, quiet=True, **MODELS)
    assert list(cleaned.rows.columns) == list(frame.columns)
    assert dict(cleaned.rows.dtypes) == dict(frame.dtypes)
    dropped = {row["columns"]["query_id"] for row in cleaned.list("dropped")}
    assert list(cleaned.rows["number"]) == [n for n, row in enumerate(records) if row["query_id"] not in dropped]
    assert cleaned.rows.drop(columns=["number", "empty", "share"]).to_dict("records") == expected


def test_a_dataset(records: Records, expected: Records) -> None:
    datasets = pytest.importorskip("datasets")
    dataset = datasets.Dataset.from_list(records)
    cleaned = winnow.clean(dataset, quiet=True, **MODELS)
    assert isinstance(cleaned.rows, datasets.Dataset)
    assert cleaned.rows.features == dataset.features
    assert cleaned.rows.to_list() == datasets.Dataset.from_list(expected, features=dataset.features).to_list()
    # Its files are its own: it can be worked on after the result is gone.
    rows = cleaned.rows
    del cleaned
    assert len(rows.filter(lambda row: row["query_id"] != "")) == len(expected)


def test_fields_that_a_dataset_has_no_place_for_are_not_lost(records: Records) -> None:
    datasets = pytest.importorskip("datasets")
    dataset = datasets.Dataset.from_list(records)
    models = {"writer": "replay:examples/replies/writer.jsonl", "verifier": "replay:examples/replies/verifier.jsonl"}
    options: dict[str, Any] = {"tasks": "examples/tasks.yaml", "hardness_model": "off", "quiet": True, **models}
    grown = winnow.grow(dataset, **options)
    by_path = winnow.grow("examples/rows.jsonl", out="grown.jsonl", **options)
    expected = [json.loads(line) for line in Path(by_path.rows).read_text(encoding="utf8").splitlines()]
    assert _without_nulls(grown.rows.to_list()) == _without_nulls(expected)


def test_mined_rows(records: Records) -> None:
    mined = winnow.mine(records, corpus="examples/collection", negatives=2, quiet=True)
    assert len(mined.rows) + len(mined.list("dropped")) == len(records)
    assert mined.outcomes["read"] == len(records) and mined.outcomes["written"] == len(mined.rows)
    assert winnow.mine(Path("examples/collection"), split="test", out="mined.jsonl", quiet=True).rows == Path("mined.jsonl")


def test_reports(records: Records) -> None:
    assert winnow.doctor(records, quiet=True)["rows"] == 48
    assert winnow.doctor(records, quiet=True).ok
    plan = winnow.plan_clean(records, quiet=True, **MODELS)
    assert plan["rows"] == 48 and plan["usd"]["worst"] == 0
    assert not Path(".winnow").exists()
    small: dict[str, Any] = {"steps": 1, "dimensions": 16, "threads": 1, "seeds": 5, "no_controls": True}
    compared = winnow.compare(records, records[:-2], eval="examples/collection", quiet=True, **small)
    assert compared["measure"] == "nDCG@10"


def test_rows_are_written_to_a_path_that_is_given(records: Records, expected: Records) -> None:
    cleaned = winnow.clean(records, out="out/rows.jsonl.gz", quiet=True, **MODELS)
    assert Path("out/rows.jsonl.gz").is_file() and Path("out/.winnow/ledger.db").is_file()
    assert cleaned.rows == expected


@pytest.mark.parametrize("out", ["out/rows.parquet", "out/rows/", "out/rows.jsonl.zst", "out/rows.json"])
def test_rows_come_back_from_every_container(records: Records, expected: Records, out: str) -> None:
    assert winnow.clean(records, out=out, quiet=True, **MODELS).rows == expected
    assert Path(out).exists()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (3, "rows cannot be int"),
        (
            {"train": [], "test": []},
            "rows must be one list or dataset, not a dict of 'train', 'test'\n"
            "Give one of them, and put its rows back: splits['train'] = winnow.clean(splits['train'], ...).rows",
        ),
        (["text"], "row 1 must be a dict; it is str"),
        ([{"query": "a", "at": datetime.date(2026, 1, 1)}], "row 1 cannot be written as JSON: date is not a value of JSON"),
        ([{"query": "a", "score": float("nan")}], "row 1 cannot be written as JSON: Out of range float values"),
    ],
)
def test_rows_that_cannot_be_read(rows: Any, message: str) -> None:
    with pytest.raises(winnow.UsageError) as caught:
        winnow.doctor(rows)
    assert str(caught.value).startswith(message)
    assert caught.value.code == "usage"


def _without_nulls(value: Any) -> Any:
    """Arrow has every field in every row; a field that a row did not have is null."""
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


def test_a_dict_of_datasets_is_refused_with_its_splits(records: Records) -> None:
    datasets = pytest.importorskip("datasets")
    splits = datasets.DatasetDict({"dev": datasets.Dataset.from_list(records[:2])})
    with pytest.raises(winnow.UsageError) as error:
        winnow.doctor(splits, quiet=True)
    assert error.value.message == "rows must be one list or dataset, not a DatasetDict of 'dev'"
    assert "splits['dev'] = winnow.clean(splits['dev'], ...).rows" in str(error.value.hint)


def test_converted_rows_have_the_columns_of_their_format(records: Records) -> None:
    converted = winnow.convert(records, to="bge", quiet=True)
    assert converted.outcomes == {"written": 48}
    assert repr(converted) == "<winnow.Result: 48 written>"
    assert converted.rows[0]["query"] == records[0]["query"]
    assert "positive_passages" not in converted.rows[0]
    assert winnow.convert(records, to="bge+parquet", quiet=True).rows == converted.rows


def test_converted_frames_and_datasets(records: Records) -> None:
    pandas = pytest.importorskip("pandas")
    datasets = pytest.importorskip("datasets")
    expected = winnow.convert(records, to="bge", quiet=True).rows
    frame = winnow.convert(pandas.DataFrame(records), to="bge", quiet=True).rows
    assert list(frame.columns) == list(expected[0])
    dataset = winnow.convert(datasets.Dataset.from_list(records), to="bge", quiet=True).rows
    assert isinstance(dataset, datasets.Dataset)
    assert dataset.column_names == list(expected[0])
    assert dataset[0]["neg"] == expected[0]["neg"]


def test_explain_and_the_plan_of_publish(records: Records) -> None:
    cleaned = winnow.clean("examples/rows.jsonl", out="explained/cleaned.jsonl", quiet=True, **MODELS)
    explained = winnow.explain(cleaned.rows, "line:1", quiet=True)
    assert explained["row"] == records[0]["query_id"]
    plan = winnow.plan_publish(records[:3], "hf://datasets/me/new", quiet=True)
    assert plan["rows"] == 3
    assert plan["published"] is None
    with pytest.raises(winnow.UsageError, match="is not a data set on the hub"):
        winnow.publish(records[:3], "me/new", quiet=True)
