"""The losses as a plugin of ms-swift 4: adds `winnow` to its loss_map.

    swift sft --task_type embedding --loss_type winnow --external_plugins trainer/swift_plugin.py ...

Settings are environment variables, as for ms-swift's own InfoNCE: WINNOW_LOSS (info-nce, info-nce+entropy,
info-nce+match), WINNOW_TEMPERATURE, WINNOW_LOSS_WEIGHT, WINNOW_ENTROPY_TEMPERATURE, WINNOW_IN_BATCH (1 or 0).

ms-swift hands a loss one number a row, `label`, and no origins. So the origins of a row's negatives travel in it:
`label_of` makes it. A row without a label has mined negatives only.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import torch
from swift.loss import BaseLoss, loss_map
from torch import Tensor
from torch.nn.functional import normalize

# ms-swift loads a plugin as a file of its own, outside of any package.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from winnow_trainer.contrastive import LossName, LossSettings, contrastive_loss  # noqa: E402
from winnow_trainer.roles import GENERATED, NEGATIVE, OTHER, POSITIVE  # noqa: E402

#: ms-swift carries labels as 32-bit floats, which hold whole numbers up to 2^24: one bit says that it is a row.
MOST_NEGATIVES = 23


def label_of(is_generated: Sequence[bool]) -> int:
    """Returns the `label` of a row: 1, and 2^(i + 1) for each generated negative i.

    :raises ValueError: for more than 23 negatives
    """
    if len(is_generated) > MOST_NEGATIVES:
        raise ValueError(f"{len(is_generated)} negatives: a label holds the origins of at most {MOST_NEGATIVES}")
    return 1 + sum(2 << at for at, generated in enumerate(is_generated) if generated)


def roles_of_labels(labels: Tensor) -> tuple[Tensor, Tensor]:
    """Returns the roles of all passages for each row, and which texts are passages.

    :param labels: for each passage the label of its row if it is the positive, else 0, rows one after the other [passages]
    :returns: roles [rows x passages]; the place of each query among the texts (query, positive, negatives, query, ...) [rows]
    """
    starts = torch.nonzero(labels).flatten().tolist()
    ends = [*starts[1:], len(labels)]
    roles = torch.full((len(starts), len(labels)), OTHER, dtype=torch.long, device=labels.device)
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        bits = int(labels[start])
        roles[row, start] = POSITIVE
        for at in range(end - start - 1):
            roles[row, start + 1 + at] = GENERATED if bits >> (at + 1) & 1 else NEGATIVE
    queries = torch.tensor([start + row for row, start in enumerate(starts)], device=labels.device)
    return roles, queries


def settings_from(environment: "os._Environ[str] | dict[str, str]") -> LossSettings:
    """Reads the settings. :raises ValueError: for a loss that there is not"""
    loss: Any = environment.get("WINNOW_LOSS", "info-nce")
    if loss not in get_args(LossName):
        raise ValueError(f"WINNOW_LOSS {loss}: allowed: {', '.join(get_args(LossName))}")
    weight = environment.get("WINNOW_LOSS_WEIGHT")
    return LossSettings(
        loss=loss,
        temperature=float(environment.get("WINNOW_TEMPERATURE", "0.05")),
        loss_weight=None if weight is None else float(weight),
        entropy_temperature=float(environment.get("WINNOW_ENTROPY_TEMPERATURE", "0.1")),
        in_batch=environment.get("WINNOW_IN_BATCH", "1") == "1",
    )


class WinnowLoss(BaseLoss):
    """InfoNCE, and the entropy or match term, over the rows of one process."""

    def __call__(self, outputs: Any, labels: Tensor, **_: Any) -> Tensor:
        """
        :param outputs: `last_hidden_state`: query, positive, negatives of each row, one after the other [texts x dimensions]
        :param labels: as in `roles_of_labels` [passages]
        """
        vectors = normalize(outputs["last_hidden_state"].float(), dim=-1)
        roles, queries = roles_of_labels(labels)
        is_passage = torch.ones(len(vectors), dtype=torch.bool, device=vectors.device)
        is_passage[queries] = False
        return contrastive_loss(vectors[queries], vectors[is_passage], roles, settings_from(os.environ))


loss_map["winnow"] = WinnowLoss
