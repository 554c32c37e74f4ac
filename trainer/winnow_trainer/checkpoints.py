"""Checkpoints of a training, and the weights of its best epoch.

A checkpoint of transformers counts only when a file of ours in it says so, which is written last: a kill at any
time leaves an earlier one whole.
"""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

MARK = "winnow.json"
WEIGHTS = "weights.pt"


@dataclass
class Epoch:
    """An epoch that is done."""

    #: From 1.
    epoch: int
    #: Steps of all epochs so far.
    steps: int
    #: Mean over the rows of the epoch.
    loss: float
    #: nDCG@10; None without development queries.
    ndcg: float | None


@dataclass
class Progress:
    """What a checkpoint holds besides the state of model, optimiser and random numbers."""

    epochs: list[Epoch] = field(default_factory=list)
    #: Loss times rows, and rows, since the start of the epoch.
    loss_sum: float = 0.0
    loss_rows: int = 0

    @property
    def best(self) -> Epoch | None:
        """The epoch with the highest nDCG@10, the earlier of equals; the last one if nothing was measured."""
        measured = [each for each in self.epochs if each.ndcg is not None]
        if not measured:
            return self.epochs[-1] if self.epochs else None
        return max(measured, key=lambda each: (each.ndcg or 0.0, -each.epoch))


class Checkpoints:
    """The folder of the checkpoints of one training."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = folder
        self._fingerprint = fingerprint
        folder.mkdir(parents=True, exist_ok=True)

    def last(self) -> tuple[Path, Progress] | None:
        """Returns the newest whole checkpoint of this training, if there is one."""
        found = [(int(path.parent.name.rsplit("-", 1)[-1]), path) for path in self.folder.glob(f"checkpoint-*/{MARK}")]
        for _, path in sorted(found, reverse=True):
            saved = json.loads(path.read_text())
            if saved["fingerprint"] == self._fingerprint:
                epochs = [Epoch(**epoch) for epoch in saved["epochs"]]
                return path.parent, Progress(epochs, saved["loss_sum"], saved["loss_rows"])
        return None

    def is_of_another(self) -> bool:
        """Whether there are checkpoints, but of other rows or settings."""
        return self.last() is None and any(self.folder.glob(f"checkpoint-*/{MARK}"))

    def complete(self, step: int, progress: Progress) -> None:
        """Marks the checkpoint of a step as whole, and removes all that no longer counts."""
        folder = self.folder / f"checkpoint-{step}"
        part = folder / f"{MARK}.part"
        part.write_text(json.dumps({"fingerprint": self._fingerprint, **asdict(progress)}))
        part.replace(folder / MARK)
        best = f"best-{progress.best.epoch}.pt" if progress.best else ""
        for path in [*self.folder.glob("checkpoint-*"), *self.folder.glob("best-*")]:
            if path not in (folder, self.folder / best):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def save_best(self, epoch: int, model: nn.Module) -> None:
        """Keeps the weights that are trained, as they are after an epoch."""
        part = self.folder / f"best-{epoch}.part"
        torch.save(trained_weights(model), part)
        part.replace(part.with_suffix(".pt"))

    def load_best(self, epoch: int, model: nn.Module) -> None:
        """Restores the weights of an epoch."""
        load_weights(self.folder / f"best-{epoch}.pt", model)


def trained_weights(model: nn.Module) -> dict[str, Tensor]:
    """Returns the weights that take gradients, and all buffers, on the CPU by name."""
    trained = {name for name, weight in model.named_parameters() if weight.requires_grad}
    frozen = {name for name, _ in model.named_parameters()} - trained
    return {name: value.detach().cpu().clone() for name, value in model.state_dict().items() if name not in frozen}


def load_weights(path: Path, model: nn.Module) -> None:
    """Restores what `trained_weights` returned."""
    weights: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(weights, strict=False)
