"""Runs a command over rows of any shape, and returns what it gave."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic

from ._process import Answer, run
from ._rows import R, Rows, is_path, read_records, read_rows, write_rows


class Report(dict[str, Any]):
    """The report of a command, as ``--json`` prints it."""

    ok: bool
    """Whether the command ended with exit code 0."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.report)
        self.ok = answer.code == 0


class Result(Generic[R]):
    """The rows that a command wrote, and its report.

    Attributes:
        rows: The rows, in the shape of those given: a Dataset for a Dataset, a path for a path.
        report: The manifest: settings, counts and cost. It is also a recipe.
    """

    rows: R
    report: Report

    def __init__(self, rows: R, report: Report, folder: TemporaryDirectory[str] | None) -> None:
        self.rows = rows
        self.report = report
        # The lists beside the rows live as long as this.
        self._folder = folder
        self._base = Path.cwd()

    @property
    def outcomes(self) -> dict[str, int]:
        """The number of rows by outcome, such as ``{"kept": 24, "changed": 23, "dropped": 1, "undecided": 0}``.

        A conversion has only ``written``.
        """
        if "output" in self.report:
            return {"written": self.report["output"]["rows"]}
        within = self.report["rows"] if isinstance(self.report["rows"], Mapping) else self.report
        return dict(within["outcomes"])

    def list(self, name: str) -> list[dict[str, Any]]:
        """Reads a list that was written beside the rows: ``changes``, ``dropped``, ``undecided``, ``suspects`` and others.

        A list without entries has no file.
        """
        path = self._base / self.report.get("outputs", {}).get(name, "")
        return [*read_records(path)] if path.is_file() else []

    def __repr__(self) -> str:
        counts = ", ".join(f"{count:,} {name}" for name, count in self.outcomes.items())
        return f"<winnow.Result: {counts}>"


def run_on_rows(command: str, rows: R, given: dict[str, Any]) -> Result[R]:
    """Runs a command that writes rows. Rows that are not a file go through a folder that is deleted with the result."""
    quiet, options = _options(given)
    if is_path(rows):
        report = Report(run(command, [_path(rows)], options, quiet))
        written = _written_by(report)
        out: Any = written if isinstance(rows, str) else Path(written)
        return Result(out, report, None)
    folder = TemporaryDirectory(prefix="winnow-")
    if "out" not in options:
        options["out"] = str(Path(folder.name, "out.jsonl"))
        # By default the ledger is beside the rows, and would be deleted with them.
        if "ledger" in given and "ledger" not in options and "evidence" not in options:
            options["ledger"] = str(Path(".winnow", "ledger.db"))
    report = Report(run(command, [_written(rows, folder.name, "rows")], options, quiet))
    lines = _json_lines(Path(_written_by(report)), report, folder.name)
    return Result(read_rows(lines, rows, same_columns=command != "convert"), report, folder)


def _written_by(report: Report) -> str:
    """Returns the path of the rows that a command wrote."""
    return str(report["output"]["path"] if "output" in report else report["outputs"]["rows"])


def _json_lines(path: Path, report: Report, folder: str) -> Path:
    """Returns a file of JSON lines with the rows of a path, which are converted if they are in another container."""
    container = report.get("output", {}).get("container", "jsonl")
    if container == "jsonl" and path.name.endswith((".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")):
        return path
    lines = Path(folder, "converted.jsonl")
    run("convert", [str(path)], {"out": str(lines)}, quiet=True)
    return lines


def run_report(command: str, inputs: Sequence[Rows], given: dict[str, Any], **fixed: Any) -> Report:
    """Runs a command that only reports."""
    quiet, options = _options(given)
    with TemporaryDirectory(prefix="winnow-") as folder:
        args = [
            _path(rows) if is_path(rows) else _written(rows, folder, f"rows{number}")
            for number, rows in enumerate(inputs, start=1)
        ]
        return Report(run(command, args, {**options, **fixed}, quiet))


def _written(rows: Any, folder: str, name: str) -> str:
    path = Path(folder, f"{name}.jsonl")
    write_rows(rows, path)
    return str(path)


def _path(rows: Any) -> str:
    return os.fsdecode(rows)


_ARGUMENTS = ("rows", "row", "hub", "quiet")
"""Parameters of functions that are no options."""


def _options(given: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
    """Returns whether the command is quiet, and the options that were given, by their names in the declarations."""
    names = {name: value for name, value in given.items() if name not in _ARGUMENTS and value is not None}
    return bool(given["quiet"]), {_camel_case(name): _json(value) for name, value in names.items()}


def _camel_case(name: str) -> str:
    first, *others = name.rstrip("_").split("_")
    return first + "".join(part.capitalize() for part in others)


def _json(value: Any) -> Any:
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_json(each) for each in value]
    return value
