"""Trains a square map over random vectors in plain PyTorch; prints rows per second as JSON. Started by map.ts.

usage: map.py ROWS NEGATIVES DIMENSIONS BATCH EPOCHS
"""
import json
import resource
import sys
import time

import torch
from torch.nn.functional import cross_entropy, normalize

TEMPERATURE = 0.05


def train(queries: torch.Tensor, passages: torch.Tensor, batch: int, epochs: int) -> None:
    """queries [rows × dimensions], passages [rows × (1 + negatives) × dimensions]; the first passage of a row is its positive."""
    rows, dimensions = queries.shape
    matrix = torch.nn.Parameter(torch.eye(dimensions))
    adam = torch.optim.Adam([matrix], lr=1e-3)
    for _ in range(epochs):
        for chosen in torch.randperm(rows).split(batch):
            first = normalize(queries[chosen] @ matrix, dim=1)
            second = normalize(passages[chosen].flatten(0, 1) @ matrix, dim=1)
            scores = first @ second.T / TEMPERATURE
            loss = cross_entropy(scores, torch.arange(len(chosen)) * passages.shape[1])
            adam.zero_grad()
            loss.backward()
            adam.step()


def processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    rows, negatives, dimensions, batch, epochs = map(int, sys.argv[1:])
    torch.manual_seed(1)
    queries = normalize(torch.randn(rows, dimensions), dim=1)
    passages = normalize(torch.randn(rows, 1 + negatives, dimensions), dim=2)
    train(queries, passages, batch, 1)
    begun, before = time.perf_counter(), processor_seconds()
    train(queries, passages, batch, epochs)
    done = rows * epochs
    print(
        json.dumps(
            {
                "rowsPerSecond": done / (time.perf_counter() - begun),
                "rowsPerProcessorSecond": done / (processor_seconds() - before),
                "threads": torch.get_num_threads(),
                "version": torch.__version__,
            }
        )
    )


main()
