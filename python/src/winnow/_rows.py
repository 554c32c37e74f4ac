"""Rows in Python's own shapes: written to a file of JSON lines for Winnow, and read back in the shape that they came in."""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ._errors import usage_error

StrPath = str | os.PathLike[str]


class _DataFrame(Protocol):
    """What is used of a pandas.DataFrame. Neither library has to be installed for the types."""

    @property
    def columns(self) -> Any: ...
    def itertuples(self, index: bool = ..., name: Any = ...) -> Any: ...


class _Dataset(Protocol):
    """What is used of a datasets.Dataset."""

    @property
    def features(self) -> Any: ...
    def with_format(self, type: Any = ...) -> Any: ...


Rows = StrPath | Sequence[Mapping[str, Any]] | _DataFrame | _Dataset
"""A path, a list of dicts, a pandas.DataFrame or a datasets.Dataset."""
R = TypeVar("R", bound=Rows)

Record = dict[str, Any]


def is_path(rows: object) -> bool:
    return isinstance(rows, (str, os.PathLike))


def write_rows(rows: Any, path: Path) -> None:
    """Writes rows as JSON lines, every value exactly. Raises UsageError if JSON has no such value."""
    encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain)
    with path.open("w", encoding="utf8", newline="\n") as file:
        for number, record in enumerate(_records_in(rows), start=1):
            try:
                file.write(encoder.encode(record) + "\n")
            except (TypeError, ValueError) as error:
                raise usage_error(
                    f"row {number} cannot be written as JSON: {error}",
                    "Convert or remove that column, or give the path of a file.",
                ) from error


def read_rows(path: Path, like: Any, same_columns: bool = True) -> Any:
    """Reads a file of JSON lines in the shape of the rows that it was made from.

    Without `same_columns` they are in another format, and have the columns of that.
    """
    if _is_dataset(like) and same_columns:
        return _dataset(path, like)
    records = list(read_records(path))
    if _is_dataset(like):
        return _inferred(records, [])
    if _is_frame(like) and not same_columns:
        return sys.modules["pandas"].DataFrame(records)
    return _frame(records, like) if _is_frame(like) else records


def read_records(path: Path) -> Iterator[Record]:
    """Reads JSON lines, compressed or not."""
    with gzip.open(path, "rt", encoding="utf8") if path.suffix == ".gz" else path.open(encoding="utf8") as lines:
        for line in lines:
            yield json.loads(line)


def _records_in(rows: Any) -> Iterator[Mapping[str, Any]]:
    if _is_dataset(rows):
        for batch in rows.with_format(None).iter(batch_size=1000):
            for values in zip(*batch.values(), strict=True):
                yield dict(zip(batch, values, strict=True))
    elif _is_frame(rows):
        columns = [str(name) for name in rows.columns]
        for values in rows.itertuples(index=False, name=None):
            yield {name: _none_if_missing(value) for name, value in zip(columns, values, strict=True)}
    elif isinstance(rows, Mapping):
        splits = ", ".join(repr(name) for name in rows)
        first = repr(next(iter(rows), "train"))
        raise usage_error(
            f"rows must be one list or dataset, not a {type(rows).__name__}" + (f" of {splits}" if splits else ""),
            f"Give one of them, and put its rows back: splits[{first}] = winnow.clean(splits[{first}], ...).rows",
        )
    elif isinstance(rows, Iterable):
        for number, record in enumerate(rows, start=1):
            if not isinstance(record, Mapping):
                raise usage_error(f"row {number} must be a dict; it is {type(record).__name__}")
            yield record
    else:
        raise usage_error(
            f"rows cannot be {type(rows).__name__}",
            "Give a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.",
        )


def _is_dataset(rows: object) -> bool:
    # Only a program that has imported the library can have made one.
    library = sys.modules.get("datasets")
    return library is not None and isinstance(rows, library.Dataset)


def _is_frame(rows: object) -> bool:
    library = sys.modules.get("pandas")
    return library is not None and isinstance(rows, library.DataFrame)


def _plain(value: Any) -> Any:
    """Numbers and arrays of numpy as JSON has them."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is not a value of JSON")


def _none_if_missing(value: Any) -> Any:
    """What pandas has for a missing value as null."""
    if value is None or isinstance(value, (str, list, dict)) or hasattr(value, "__len__"):
        return value
    missing = sys.modules["pandas"].isna(value)
    return None if missing is True else value


def _frame(records: list[Record], like: Any) -> Any:
    """A frame with the columns of the other one first, and with its types where the values allow it."""
    names = _columns(records, [str(name) for name in like.columns])
    frame = sys.modules["pandas"].DataFrame(records, columns=names)
    for name, dtype in zip(like.columns, like.dtypes, strict=True):
        if frame[str(name)].dtype != dtype:
            with suppress(TypeError, ValueError):
                frame[str(name)] = frame[str(name)].astype(dtype)
    return frame


def _dataset(path: Path, like: Any) -> Any:
    """A dataset with the features of the other one; with inferred features if the rows have more fields than it."""
    library = sys.modules["datasets"]
    features = like.features
    if all(_fits(record, features) for record in read_records(path)):
        with _silent(library):
            return library.Dataset.from_generator(_padded, features=features, gen_kwargs={"path": path, "names": tuple(features)})
    return _inferred(list(read_records(path)), list(features))


def _inferred(records: list[Record], first: list[str]) -> Any:
    """A dataset with the features that the values have."""
    names = _columns(records, first)
    return sys.modules["datasets"].Dataset.from_dict({name: [record.get(name) for record in records] for name in names})


def _padded(path: Path, names: tuple[str, ...]) -> Iterator[Record]:
    """The rows, each with every column. A list of names would be taken for shards."""
    for record in read_records(path):
        yield {name: record.get(name) for name in names}


def _columns(records: Iterable[Record], first: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *(name for record in records for name in record)]))


def _fits(value: Any, feature: Any) -> bool:
    """Whether every field of a value has a place in the features of a dataset."""
    if isinstance(value, Mapping):
        fields = feature if isinstance(feature, Mapping) else getattr(feature, "feature", None)
        return isinstance(fields, Mapping) and all(name in fields and _fits(each, fields[name]) for name, each in value.items())
    if isinstance(value, list):
        inner = feature[0] if isinstance(feature, list) else getattr(feature, "feature", None)
        return all(_fits(each, inner) for each in value)
    return True


class _silent:
    """Keeps the library from drawing bars of its own."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def __enter__(self) -> None:
        self._was_off = self._library.are_progress_bars_disabled()
        self._library.disable_progress_bars()

    def __exit__(self, *_: object) -> None:
        if not self._was_off:
            self._library.enable_progress_bars()
