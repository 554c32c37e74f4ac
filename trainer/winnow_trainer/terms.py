"""InfoNCE and the two terms over generated negatives, as functions of similarities and roles.

The formulas are those of docs/losses.md and src/train/losses; data/causalneg/golden.json checks both.
All functions return the sum over the queries and the number of queries that count, so that a mean can be
taken over several processes.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from .roles import GENERATED, MASKED, NEGATIVE, OTHER, POSITIVE


@dataclass(frozen=True)
class Sum:
    """A sum over queries (scalar tensor), and how many of them count."""

    total: Tensor
    count: int


def info_nce(scores: Tensor, roles: Tensor, temperature: float) -> Sum:
    """InfoNCE (van den Oord et al. 2018): -ln(e^(s+/t) / sum of e^(s/t)) over all columns that are not masked.

    :param scores: similarities [queries x passages]
    :param roles: integers of roles.py [queries x passages]; a row without a positive does not count
    """
    positive = roles == POSITIVE
    counts = positive.any(dim=1)
    logits = (scores.float() / temperature).masked_fill(roles == MASKED, float("-inf"))[counts]
    of_positive = logits[positive[counts]]
    return Sum((torch.logsumexp(logits, dim=1) - of_positive).sum(), int(counts.sum()))


def mask_likely_positives(scores: Tensor, roles: Tensor, share: float) -> Tensor:
    """Masks passages of other rows that score at least this share of the query's positive.

    Below zero the share is as far under the bar as it would be above zero (src/mining/positive-bar.ts).

    :returns: new roles [queries x passages]
    """
    bar = scores.detach().masked_fill(roles != POSITIVE, float("-inf")).amax(dim=1, keepdim=True)
    bar = bar - bar.abs() * (1 - share)
    return roles.masked_fill((roles == OTHER) & (scores.detach() >= bar), MASKED)


def entropy_term(scores: Tensor, roles: Tensor, temperature: float) -> Sum:
    """Query-view entropy maximisation (CausalNeg, arXiv 2606.01304, module 2).

    With p the softmax over a query's own mined and generated negatives, P its sum over the generated,
    r = p / P, E = G / (M + G) and H = -sum of r ln r: L = -H + (P - E)^2. Mined similarities take no gradient.

    :param scores: similarities [queries x passages]; detach the queries before
    """
    mined, generated = roles == NEGATIVE, roles == GENERATED
    counts = generated.any(dim=1)
    logits = _own(scores, mined, generated)[counts] / temperature
    mined, generated = mined[counts], generated[counts]
    of_generated = torch.logsumexp(logits.masked_fill(~generated, float("-inf")), dim=1)
    of_all = torch.logsumexp(logits.masked_fill(~(mined | generated), float("-inf")), dim=1)
    share = (of_generated - of_all).exp()
    expected = generated.sum(dim=1) / (mined | generated).sum(dim=1)
    log_r = logits - of_generated.unsqueeze(1)
    entropy = -(log_r.exp() * log_r).masked_fill(~generated, 0.0).sum(dim=1)
    return Sum((-entropy + (share - expected) ** 2).sum(), int(counts.sum()))


def match_term(scores: Tensor, roles: Tensor) -> Sum:
    """Matching (ours): the generated similarities, sorted, should equal the quantiles of the mined ones.

    L = (1/G) * sum over k of (s_(k) - Q((k - 1/2)/G))^2, Q of type 7 of Hyndman and Fan (1996), without gradient.

    :param scores: similarities [queries x passages]; detach the queries before
    """
    with_generated = (roles == GENERATED).any(dim=1)
    total = scores.new_zeros((), dtype=torch.float32)
    for similarities, own in zip(scores.float()[with_generated], roles[with_generated], strict=True):
        mined, generated = similarities[own == NEGATIVE].detach(), similarities[own == GENERATED]
        if len(mined) == 0:
            continue
        places = (torch.arange(len(generated), device=scores.device) + 0.5) / len(generated)
        targets = torch.quantile(mined, places.to(mined.dtype))
        total = total + ((generated.sort(stable=True).values - targets) ** 2).mean()
    return Sum(total, int(with_generated.sum()))


def _own(scores: Tensor, mined: Tensor, generated: Tensor) -> Tensor:
    """Returns the similarities with those of mined negatives detached and all foreign ones set to 0."""
    scores = scores.float()
    return torch.where(generated, scores, torch.where(mined, scores.detach(), 0.0))
