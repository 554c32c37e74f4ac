"""The loss of a step from unit vectors and roles, over all processes. Needs torch alone."""

from dataclasses import dataclass
from typing import Literal

import torch
import torch.distributed as dist
from torch import Tensor

from .roles import MASKED, OTHER
from .terms import Sum, entropy_term, info_nce, mask_likely_positives, match_term

LossName = Literal["info-nce", "info-nce+entropy", "info-nce+match"]


@dataclass(frozen=True)
class LossSettings:
    """The settings of a loss, named as the options of winnow train."""

    loss: LossName = "info-nce"
    temperature: float = 0.05
    #: Weight of the term; the paper's 0.05 for entropy, 10 for match.
    loss_weight: float | None = None
    entropy_temperature: float = 0.1
    mask_share: float | None = None
    #: Whether passages of other rows are negatives.
    in_batch: bool = True

    @property
    def weight(self) -> float:
        if self.loss_weight is not None:
            return self.loss_weight
        return {"info-nce": 0.0, "info-nce+entropy": 0.05, "info-nce+match": 10.0}[self.loss]


def contrastive_loss(queries: Tensor, passages: Tensor, roles: Tensor, settings: LossSettings) -> Tensor:
    """InfoNCE plus the chosen term, a mean over the queries of all processes.

    The gradient of a process, averaged over the processes as DistributedDataParallel does, is that of one process
    with all queries. The term takes no gradient through queries.

    :param queries: unit vectors of this process [queries x dimensions]
    :param passages: unit vectors of all processes [passages x dimensions]
    :param roles: [queries x passages]
    """
    if not settings.in_batch:
        roles = roles.masked_fill(roles == OTHER, MASKED)
    scores = queries @ passages.T
    if settings.mask_share is not None:
        roles = mask_likely_positives(scores, roles, settings.mask_share)
    value = _mean(info_nce(scores, roles, settings.temperature))
    if settings.loss == "info-nce":
        return value
    still = queries.detach() @ passages.T
    term = (
        entropy_term(still, roles, settings.entropy_temperature)
        if settings.loss == "info-nce+entropy"
        else match_term(still, roles)
    )
    return value + settings.weight * _mean(term)


def _mean(part: Sum) -> Tensor:
    """Divides by the number of queries in all processes, times the number of processes."""
    if not _is_distributed():
        return part.total / max(part.count, 1)
    count = torch.tensor(float(part.count), device=part.total.device)
    dist.all_reduce(count)
    return part.total * dist.get_world_size() / count.clamp(min=1)


def _is_distributed() -> bool:
    return dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1


def gathered(vectors: Tensor) -> Tensor:
    """Returns the vectors of all processes, one after the other, with gradients [processes * rows x dimensions]."""
    if not _is_distributed():
        return vectors
    from torch.distributed.nn.functional import all_gather

    return torch.cat(list(all_gather(vectors)))
