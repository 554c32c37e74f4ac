"""The losses of cross-encoders, for sentence-transformers: over pairs (BCE) or over the list of a query (list-wise)."""

from typing import Any, Literal

import torch
from sentence_transformers import CrossEncoder
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits


class RerankingLoss(nn.Module):
    """Binary cross-entropy of each pair, or the cross-entropy of finding the positive in the list of its query.

    :param model: a cross-encoder with one label
    """

    def __init__(self, model: CrossEncoder, name: Literal["bce", "list-wise"] = "bce") -> None:
        super().__init__()
        self.model = model
        self.name = name

    def forward(self, inputs: list[list[str]], labels: Tensor, prompt: str | None = None, task: str | None = None) -> Tensor:
        """
        :param inputs: queries and passages, one of each for every pair
        :param labels: relevance, number of the list, and weight of the list for every pair [pairs x 3]
        """
        device = next(self.model.parameters()).device
        features = self.model.preprocess(list(zip(*inputs, strict=True)), prompt=prompt, task=task)
        features = {name: value.to(device) if isinstance(value, Tensor) else value for name, value in features.items()}
        logits = self.model(features)["scores"].view(-1).float()
        relevance, lists, weights = labels.to(device).T
        return bce(logits, relevance, lists, weights) if self.name == "bce" else list_wise(logits, relevance, lists, weights)

    def get_config_dict(self) -> dict[str, Any]:
        return {"name": self.name}


def bce(logits: Tensor, relevance: Tensor, lists: Tensor, weights: Tensor) -> Tensor:
    """The sum over lists of weight times the mean binary cross-entropy of its pairs. All arguments: [pairs]."""
    sizes = torch.bincount(lists.long())[lists.long()]
    return (binary_cross_entropy_with_logits(logits, relevance, reduction="none") * weights / sizes).sum()


def list_wise(logits: Tensor, relevance: Tensor, lists: Tensor, weights: Tensor) -> Tensor:
    """The sum over lists of weight times -ln of the softmax of its positive (ListNet with one relevant passage)."""
    rows = [lists == number for number in lists.unique()]
    values = [weights[row][0] * -(logits[row].log_softmax(dim=0) * relevance[row]).sum() for row in rows]
    return torch.stack(values).sum()
