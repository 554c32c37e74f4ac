"""nDCG@10 on the development queries, which chooses the epoch; the same figure as src/train/development.ts."""

from collections.abc import Sequence
from math import log2
from typing import Any

import torch
from sentence_transformers import CrossEncoder, SentenceTransformer
from torch import Tensor

from .rows import Development, Texts

DEPTH = 10
#: Passages that are encoded and ranked at once.
BLOCK = 4096


def ndcg_of(grades: Sequence[float], ideal: Sequence[float]) -> float:
    """nDCG@10 with linear gains. :param grades: of the ranked passages, best first. :param ideal: of all relevant ones"""

    def gain(values: Sequence[float]) -> float:
        return sum(value / log2(rank + 2) for rank, value in enumerate(values[:DEPTH]))

    best = gain(sorted(ideal, reverse=True))
    return gain(grades) / best if best > 0 else 0.0


def measure_encoder(model: SentenceTransformer, development: Development, texts: Texts, batch: int) -> float:
    """The mean nDCG@10 over the queries, among all passages of the pool."""
    options: dict[str, Any] = {
        "batch_size": batch,
        "convert_to_tensor": True,
        "normalize_embeddings": True,
        "show_progress_bar": False,
    }
    queries = model.encode_query([texts[text] for text in development.queries], **options).float()
    best_scores = queries[:, :0]
    best_places = best_scores.long()
    for start in range(0, len(development.pool), BLOCK):
        block = development.pool[start : start + BLOCK]
        passages = model.encode_document([texts[text] for text in block], **options).float()
        found = queries @ passages.T
        numbers = torch.arange(start, start + len(block), device=found.device).expand_as(found)
        best_scores, best_places = _best(torch.cat([best_scores, found], 1), torch.cat([best_places, numbers], 1))
    ranked = [[development.pool[place] for place in row] for row in best_places.tolist()]
    return _mean_ndcg(ranked, development.grades)


def _best(scores: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """Returns the ten highest scores of each query and their places; of equal scores the earlier place."""
    order = scores.argsort(dim=1, descending=True, stable=True)[:, :DEPTH]
    return scores.gather(1, order), places.gather(1, order)


def measure_reranker(model: CrossEncoder, development: Development, texts: Texts, batch: int) -> float:
    """The mean nDCG@10 over the queries, each among the candidates of its own rows."""
    pairs = [
        (texts[query], texts[text])
        for query, candidates in zip(development.queries, development.candidates, strict=True)
        for text in candidates
    ]
    scores = model.predict(pairs, batch_size=batch, show_progress_bar=False).tolist() if pairs else []
    ranked: list[list[int]] = []
    start = 0
    for candidates in development.candidates:
        own = scores[start : start + len(candidates)]
        start += len(candidates)
        ranked.append([candidates[at] for at in sorted(range(len(candidates)), key=lambda at: -own[at])])
    return _mean_ndcg(ranked, development.grades)


def _mean_ndcg(ranked: list[list[int]], grades: list[dict[int, int]]) -> float:
    values = [
        ndcg_of([own.get(text, 0) for text in texts], list(own.values())) for texts, own in zip(ranked, grades, strict=True)
    ]
    return sum(values) / len(values)
