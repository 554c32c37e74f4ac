"""Prints the losses and gradients of the torch engine for worked cases: golden.py CASES.json TRAINER"""

import json
import sys
from typing import Any

import torch

sys.path.insert(0, sys.argv[2])
from winnow_trainer.losses import LossSettings, contrastive_loss  # noqa: E402
from winnow_trainer.roles import GENERATED, NEGATIVE, POSITIVE  # noqa: E402


def vectors_of(case: dict[str, Any]) -> torch.Tensor:
    """Query, positive, mined, generated [texts x dimensions]."""
    return torch.tensor([case["q"], case["positive"], *case["mined"], *case["generated"]], dtype=torch.float32)


def run(case: dict[str, Any], loss: Any, weight: float) -> dict[str, Any]:
    vectors = vectors_of(case).requires_grad_()
    roles = torch.tensor([[POSITIVE] + [NEGATIVE] * len(case["mined"]) + [GENERATED] * len(case["generated"])])
    settings = LossSettings(
        loss=loss, temperature=case["temperature"], loss_weight=weight, entropy_temperature=case["entropyTemperature"]
    )
    value = contrastive_loss(vectors[:1], vectors[1:], roles, settings)
    value.backward()
    assert vectors.grad is not None
    return {"loss": value.item(), "gradient": vectors.grad.tolist()}


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    results = [
        {
            "info-nce": run(case, "info-nce", 0.0),
            "info-nce+entropy": run(case, "info-nce+entropy", case["weight"]),
            "info-nce+match": run(case, "info-nce+match", 3.0),
        }
        for case in cases
    ]
    json.dump(results, sys.stdout)


main()
