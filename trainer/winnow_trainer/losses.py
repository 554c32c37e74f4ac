"""The losses of bi-encoders as modules of sentence-transformers: forward(sentence_features, labels).

Two layouts are read. Two feature columns (queries, passages) come with a matrix of roles [queries x passages]
as labels. N-tuples (query, positive, negative_1, ...) come with the origin of each negative [rows x negatives].
"""

from collections.abc import Iterable
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.losses.gradcache import CachedLossMixin
from torch import Tensor, nn
from torch.nn.functional import normalize

from .contrastive import LossSettings, contrastive_loss, gathered
from .roles import roles_of_rows


class ContrastiveLoss(nn.Module):
    """InfoNCE with Winnow's masks, and the entropy or match term, for sentence-transformers.

    :param model: the encoder that is trained
    """

    def __init__(self, model: SentenceTransformer, settings: LossSettings | None = None) -> None:
        super().__init__()
        self.model = model
        self.settings = settings or LossSettings()

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        vectors = [self.model(features)["sentence_embedding"] for features in sentence_features]
        return self.of_vectors(vectors, labels)

    def of_vectors(self, vectors: list[Tensor], labels: Tensor) -> Tensor:
        """:param vectors: of queries, then of each column of passages [rows x dimensions]"""
        queries, *columns = (normalize(each.float(), dim=-1) for each in vectors)
        roles = labels if len(columns) == 1 else roles_of_rows(labels)
        return contrastive_loss(queries, gathered(torch.cat(columns)), roles.to(queries.device), self.settings)

    def get_config_dict(self) -> dict[str, Any]:
        return {"loss": self.settings.loss, "temperature": self.settings.temperature, "weight": self.settings.weight}


class CachedContrastiveLoss(CachedLossMixin, ContrastiveLoss):
    """The same loss by GradCache (arXiv 2101.06983): the memory of one mini-batch, the gradient of the whole batch."""

    def __init__(self, model: SentenceTransformer, settings: LossSettings | None = None, mini_batch_size: int = 32) -> None:
        ContrastiveLoss.__init__(self, model, settings)
        self.mini_batch_size = mini_batch_size

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        return self.forward_cached(sentence_features, labels)

    def calculate_loss(self, reps: list[list[Tensor]], labels: Tensor | None = None, *, with_backward: bool = False) -> Tensor:
        assert labels is not None
        loss = self.of_vectors([torch.cat(each) for each in reps], labels)
        if not with_backward:
            return loss
        loss.backward()
        return loss.detach()
