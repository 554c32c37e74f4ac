"""The rows and texts that Winnow wrote: texts stay in their file, rows are numbers."""

import json
import mmap
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Row:
    """A row as numbers of texts; `generated` are the negatives that a model wrote."""

    code: tuple[int, int]
    query: int
    positives: list[int]
    mined: list[int]
    generated: list[int]


class Texts:
    """Texts by number, one JSON string a line, read from the file when they are needed."""

    def __init__(self, path: Path, codes: NDArray[np.uint64]) -> None:
        #: 32 bits of each text, for draws [texts].
        self.codes = codes
        self._file = path.open("rb")
        self._bytes = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        self._starts = _line_starts(self._bytes)

    def __getitem__(self, text: int) -> str:
        line = self._bytes[self._starts[text] : self._starts[text + 1]]
        return readable(json.loads(line))

    def __len__(self) -> int:
        return len(self._starts) - 1


def readable(text: str) -> str:
    """Replaces lone surrogates, which JSON may hold and no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _line_starts(data: mmap.mmap) -> NDArray[np.int64]:
    """Returns where each line starts, and where the last one ends [lines + 1]."""
    starts = [0]
    while (end := data.find(b"\n", starts[-1])) != -1:
        starts.append(end + 1)
    return np.asarray(starts, dtype=np.int64)


@dataclass(frozen=True)
class Development:
    """The queries that choose the epoch: numbers of texts, and the grade of each pooled text for each query."""

    queries: list[int]
    #: Texts that are ranked for every query; a cross-encoder ranks only the candidates of each query.
    pool: list[int]
    #: Grades above 0 by place of the query: number of a text -> grade.
    grades: list[dict[int, int]]
    candidates: list[list[int]]


@dataclass(frozen=True)
class Data:
    texts: Texts
    #: The rows that are trained on.
    rows: list[Row]
    #: 64 bits of the id of each of them, as two numbers [rows x 2].
    codes: NDArray[np.uint64]
    #: Known positives of each query, of all rows with it.
    known: dict[int, set[int]]
    development: Development | None


def read_data(folder: Path, text_folder: Path) -> Data:
    """Reads what Winnow wrote (src/train/torch/rows-file.ts): rows.jsonl and development.json, beside their texts
    texts.jsonl and codes.bin.
    """
    codes = np.fromfile(text_folder / "codes.bin", dtype="<u4").astype(np.uint64)
    rows: list[Row] = []
    known: dict[int, set[int]] = {}
    with (folder / "rows.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            high, low, is_aside, query, positives, mined, generated = json.loads(line)
            known.setdefault(query, set()).update(positives)
            if not is_aside:
                rows.append(Row((high, low), query, positives, mined, generated))
    return Data(
        texts=Texts(text_folder / "texts.jsonl", codes),
        rows=rows,
        codes=np.asarray([row.code for row in rows], dtype=np.uint64).reshape(-1, 2),
        known=known,
        development=_read_development(folder / "development.json"),
    )


def _read_development(path: Path) -> Development | None:
    if not path.exists():
        return None
    value = json.loads(path.read_text())
    grades = [{int(text): grade for text, grade in pairs} for pairs in value["grades"]]
    return Development(value["queries"], value["pool"], grades, value["candidates"])
