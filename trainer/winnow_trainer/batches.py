"""The contents of each step, the same in every process: what is drawn, and the share of this process.

As in src/train/batch.ts: each different text of a step is one column, known positives of a query are masked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from .draws import one_of, order_of, some_of
from .roles import GENERATED, MASKED, NEGATIVE, OTHER, POSITIVE
from .rows import Data, Row
from .settings import Settings


@dataclass(frozen=True)
class Drawn:
    """A row with the passages drawn for one epoch, as numbers of texts."""

    row: Row
    positive: int
    mined: list[int]
    generated: list[int]


class Schedule:
    """Which rows are drawn in which step, counted over all epochs."""

    def __init__(self, data: Data, settings: Settings) -> None:
        self.data = data
        self.settings = settings
        self.per_epoch = ceil(len(data.rows) / settings.batch)
        self.steps = settings.steps or self.per_epoch * settings.epochs
        self._order: Callable[[int], NDArray[np.int64]] = lru_cache(maxsize=2)(
            lambda epoch: order_of(data.codes, settings.seed, epoch)
        )

    def epoch_of(self, step: int) -> int:
        """:param step: from 0. :returns: from 1"""
        return step // self.per_epoch + 1

    def is_end_of_epoch(self, done: int) -> bool:
        """:param done: steps that are done"""
        return done % self.per_epoch == 0 or done == self.steps

    def rows_in(self, step: int) -> int:
        """:param step: from 0"""
        return min(self.settings.batch, len(self.data.rows) - step % self.per_epoch * self.settings.batch)

    def drawn(self, step: int) -> list[Drawn]:
        """:param step: from 0"""
        epoch, size = self.epoch_of(step), self.settings.batch
        start = step % self.per_epoch * size
        return [self._draw(self.data.rows[at], epoch) for at in self._order(epoch)[start : start + size]]

    def _draw(self, row: Row, epoch: int) -> Drawn:
        seed, codes = self.settings.seed, self.data.texts.codes
        positive = row.positives[one_of(len(row.positives), row.code, seed, epoch)]
        mined = some_of(row.mined, codes, row.code, seed, epoch, self.settings.negatives)
        generated = some_of(row.generated, codes, row.code, seed, epoch, self.settings.generated)
        return Drawn(row, positive, mined, generated)


def columns_of(drawn: list[Drawn]) -> list[int]:
    """Returns each different text of a step once: positives first, then negatives."""
    positives = [each.positive for each in drawn]
    negatives = [text for each in drawn for text in (*each.mined, *each.generated)]
    return list(dict.fromkeys([*positives, *negatives]))


def roles_of(drawn: list[Drawn], columns: list[int], known: dict[int, set[int]]) -> Tensor:
    """Returns the role of each column for each query [queries x columns]."""
    place = {text: at for at, text in enumerate(columns)}
    roles = np.full((len(drawn), len(columns)), OTHER, dtype=np.int64)
    for query, each in enumerate(drawn):
        for texts, role in ((each.mined, NEGATIVE), (each.generated, GENERATED)):
            for text in texts:
                roles[query, place[text]] = role
        for text in known[each.row.query]:
            if text in place:
                roles[query, place[text]] = MASKED
        roles[query, place[each.positive]] = POSITIVE
    return torch.from_numpy(roles)


@dataclass(frozen=True)
class Share:
    """The part of a step that one of several processes does."""

    rank: int
    processes: int

    def of(self, count: int) -> range:
        """Returns the places of this process among `count`; the processes have equally many, the last ones perhaps none."""
        size = ceil(count / self.processes)
        return range(min(self.rank * size, count), min((self.rank + 1) * size, count))

    def size(self, count: int) -> int:
        return ceil(count / self.processes)


class EncoderSteps(Dataset[dict[str, Any]]):
    """The features of each step: queries and passages of this process as tokens, and the roles of all passages.

    A process without a query or with fewer passages than others fills up with a text that is masked for all.
    """

    def __init__(self, schedule: Schedule, share: Share, tokenize: Callable[[list[str], str], dict[str, Tensor]]) -> None:
        self._schedule = schedule
        self._share = share
        self._tokenize = tokenize

    def __len__(self) -> int:
        return self._schedule.steps

    def __getitem__(self, step: int) -> dict[str, Any]:
        data, share = self._schedule.data, self._share
        drawn = self._schedule.drawn(step)
        columns = columns_of(drawn)
        size, queries = share.size(len(columns)), share.of(len(drawn))
        roles = torch.full((max(len(queries), 1), size * share.processes), MASKED, dtype=torch.long)
        if queries:
            roles[:, : len(columns)] = roles_of(drawn, columns, data.known)[queries.start : queries.stop]
        own = [columns[at] for at in share.of(len(columns))]
        own += [columns[0]] * (size - len(own))
        asked = [drawn[at].row.query for at in queries] or [drawn[0].row.query]
        features = {
            **_named("query", self._tokenize([data.texts[text] for text in asked], "query")),
            **_named("passage", self._tokenize([data.texts[text] for text in own], "document")),
        }
        return {**features, "label": roles}


def _named(column: str, features: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{column}_{name}": value for name, value in features.items()}


class RerankerSteps(Dataset[dict[str, Any]]):
    """The lists of each micro-step: (query, passages) of this process, with relevance and weight of each pair.

    A step is cut into `parts` micro-steps over all processes. The weights make the mean over its micro-steps and
    processes that of the whole step.
    """

    def __init__(self, schedule: Schedule, share: Share) -> None:
        settings = schedule.settings
        self._schedule = schedule
        self._share = share
        rows = settings.mini_batch or settings.batch
        #: Micro-steps of a step in each process.
        self.parts = ceil(settings.batch / (rows * share.processes))

    def __len__(self) -> int:
        return self._schedule.steps * self.parts

    def __getitem__(self, micro: int) -> dict[str, Any]:
        step, part = divmod(micro, self.parts)
        texts, drawn = self._schedule.data.texts, self._schedule.drawn(step)
        slices = Share(part * self._share.processes + self._share.rank, self.parts * self._share.processes)
        places = slices.of(len(drawn))
        weight = slices.processes / len(drawn) if places else 0.0
        pairs: list[tuple[str, str]] = []
        labels: list[tuple[float, float, float]] = []
        for number, each in enumerate([drawn[at] for at in places] or drawn[:1]):
            for text in (each.positive, *each.mined, *each.generated):
                pairs.append((texts[each.row.query], texts[text]))
                labels.append((float(text == each.positive), float(number), weight))
        return {"query": [query for query, _ in pairs], "passage": [text for _, text in pairs], "label": torch.tensor(labels)}
