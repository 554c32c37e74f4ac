"""Prints what the torch engine draws for a step, and the loss and its gradient for given vectors: step.py REQUEST VECTORS TRAINER

VECTORS holds a unit vector for each text [texts x dimensions]; a text has the same as a query and as a passage.
"""

import json
import sys
from pathlib import Path

import torch

sys.path.insert(0, sys.argv[3])
from winnow_trainer.batches import Schedule, columns_of, roles_of  # noqa: E402
from winnow_trainer.contrastive import contrastive_loss  # noqa: E402
from winnow_trainer.rows import read_data  # noqa: E402
from winnow_trainer.settings import read_settings  # noqa: E402


def main() -> None:
    settings = read_settings(Path(sys.argv[1]))
    vectors = torch.tensor(json.loads(Path(sys.argv[2]).read_text()), dtype=torch.float32)
    data = read_data(Path(settings.work), Path(settings.texts))
    schedule = Schedule(data, settings)
    steps = []
    for step in range(schedule.steps):
        drawn = schedule.drawn(step)
        columns = columns_of(drawn)
        queries = vectors[[each.row.query for each in drawn]].requires_grad_()
        passages = vectors[columns].requires_grad_()
        roles = roles_of(drawn, columns, data.known)
        loss = contrastive_loss(queries, passages, roles, settings.loss_settings)
        loss.backward()
        assert queries.grad is not None and passages.grad is not None
        steps.append(
            {
                "queries": [each.row.query for each in drawn],
                "passages": columns,
                "roles": roles.tolist(),
                "loss": loss.item(),
                "ofQueries": queries.grad.tolist(),
                "ofPassages": passages.grad.tolist(),
            }
        )
    json.dump(steps, sys.stdout)


main()
