"""The role of each passage for each query of a step, as integers that travel with a batch.

The numbers are those of ROLE in src/train/losses/loss.ts. No loss reads anything from the order of passages.
"""

import torch
from torch import Tensor

#: Left out: a known positive of the query that was not drawn, or a column that only fills up the matrix.
MASKED = 0
POSITIVE = 1
#: Drawn for another query of the step.
OTHER = 2
#: A negative of the query's own row, given or mined.
NEGATIVE = 3
#: A negative of the query's own row that a model wrote.
GENERATED = 4


def roles_of_rows(origins: Tensor) -> Tensor:
    """Returns the roles for rows of equal length, each with a positive and then its negatives.

    Column 0 of each row is its positive. This is the layout of the n-tuples of sentence-transformers.

    :param origins: NEGATIVE, GENERATED or MASKED for each negative [rows x negatives]
    :returns: roles [rows x (1 + negatives) * rows], grouped by column: all positives, then all first negatives, and so on
    """
    rows, negatives = origins.shape
    roles = torch.full((rows, 1 + negatives, rows), OTHER, dtype=torch.long, device=origins.device)
    own = torch.arange(rows, device=origins.device)
    roles[own, 0, own] = POSITIVE
    roles[own, 1:, own] = origins
    blank = (origins == MASKED).T  # [negatives x rows]
    roles[:, 1:, :].masked_fill_(blank.unsqueeze(0), MASKED)
    return roles.reshape(rows, -1)
