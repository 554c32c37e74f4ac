"""Prints the losses and gradients of the torch engine for worked cases: golden.py CASES.json TRAINER"""

import importlib
import json
import os
import sys
from types import ModuleType
from typing import Any

import torch

sys.path.insert(0, sys.argv[2])
from winnow_trainer.contrastive import LossSettings, contrastive_loss  # noqa: E402
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


class BaseLoss:
    """As in swift.loss of ms-swift 4.6, of which the plugin needs no more."""

    def __init__(self, args: Any, trainer: Any) -> None:
        self.args, self.trainer = args, trainer


def by_plugin(case: dict[str, Any], loss: str, weight: float) -> float:
    """The loss of the plugin for ms-swift, for two equal rows without the negatives of the other."""
    swift: Any = ModuleType("swift.loss")
    swift.BaseLoss, swift.loss_map = BaseLoss, {}
    sys.modules.setdefault("swift", ModuleType("swift"))
    sys.modules["swift.loss"] = swift
    sys.modules.pop("swift_plugin", None)
    plugin = importlib.import_module("swift_plugin")
    generated = [False] * len(case["mined"]) + [True] * len(case["generated"])
    labels = torch.tensor([plugin.label_of(generated), *[0] * len(generated)] * 2, dtype=torch.float32)
    os.environ.update(
        WINNOW_LOSS=loss,
        WINNOW_TEMPERATURE=str(case["temperature"]),
        WINNOW_LOSS_WEIGHT=str(weight),
        WINNOW_IN_BATCH="0",
    )
    return swift.loss_map["winnow"](None, None)({"last_hidden_state": vectors_of(case).repeat(2, 1)}, labels).item()


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    results = [
        {
            "info-nce": run(case, "info-nce", 0.0),
            "info-nce+entropy": run(case, "info-nce+entropy", case["weight"]),
            "info-nce+match": run(case, "info-nce+match", 3.0),
            "plugin": by_plugin(case, "info-nce+entropy", case["weight"]),
        }
        for case in cases
    ]
    json.dump(results, sys.stdout)


main()
