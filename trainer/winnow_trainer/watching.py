"""What happens between steps: progress, evaluation at the end of an epoch, checkpoints, early stop, interruption."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from .batches import Schedule
from .checkpoints import Checkpoints, Epoch, Progress
from .events import emit

#: Seconds between two reports of progress.
REPORT_EVERY = 0.2


class Watching(TrainerCallback):
    """Watches one training. The decisions of the first process count for all.

    :param measure: returns nDCG@10 of the model as it is, or None without development queries
    :param stop_file: its presence asks the training to save and to end
    """

    def __init__(
        self,
        schedule: Schedule,
        checkpoints: Checkpoints,
        progress: Progress,
        measure: Callable[[], float] | None,
        stop_file: Path,
    ) -> None:
        self.progress = progress
        self.is_stopped = False
        self._schedule = schedule
        self._checkpoints = checkpoints
        self._measure = measure
        self._stop_file = stop_file
        self._saved_at = self._reported_at = time.monotonic()
        self._rows_since = 0
        self._model: nn.Module | None = None
        #: Loss times rows since the start of the epoch, summed step by step: the same bits after a kill.
        self._loss: Tensor = torch.tensor(progress.loss_sum, dtype=torch.float64)
        self._last: Tensor = torch.zeros(())

    def watch(self, model: nn.Module) -> None:
        self._model = model

    def on_loss(self, loss: Tensor, share: float = 1.0) -> None:
        """Notes the loss of a step, or of a part of it."""
        self._last = self._last.to(loss.device) + loss.detach() * share

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> TrainerControl:
        done = state.global_step
        rows = self._schedule.rows_in(done - 1)
        self._loss = self._loss.to(self._last.device) + self._last * rows
        self.progress.loss_rows += rows
        self._rows_since += rows
        self._report(done)
        self._last = torch.zeros_like(self._last)
        is_end = self._schedule.is_end_of_epoch(done)
        is_due, wants_stop = self._decide(args)
        if is_end:
            self._end_epoch(done, args)
        control.should_training_stop = done >= self._schedule.steps or wants_stop or self._is_early_stop()
        control.should_save = is_end or is_due or wants_stop
        self.is_stopped = wants_stop and done < self._schedule.steps
        return control

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._read_loss()
        if state.is_world_process_zero:
            self._checkpoints.complete(state.global_step, self.progress)
        self._saved_at = time.monotonic()

    def _decide(self, args: TrainingArguments) -> tuple[bool, bool]:
        """Whether a checkpoint is due, and whether the training is to stop."""
        every = self._schedule.settings.checkpoint_every
        wishes = [time.monotonic() - self._saved_at >= every, self._stop_file.exists()]
        if args.world_size > 1:
            dist.broadcast_object_list(wishes)
        return wishes[0], wishes[1]

    def _report(self, done: int) -> None:
        now = time.monotonic()
        is_last = self._schedule.is_end_of_epoch(done)
        if not is_last and now - self._reported_at < REPORT_EVERY:
            return
        self._reported_at = now
        value = float(self._last)
        if not _is_finite(value):
            raise Diverged(done, value)
        if _rank() == 0:
            emit("step", step=done, steps=self._schedule.steps, rows=self._rows_since, loss=value)
        self._rows_since = 0

    def _read_loss(self) -> None:
        """Takes over the losses of the epoch so far, a mean over the processes."""
        if _is_distributed():
            dist.all_reduce(self._loss)
            self._loss /= dist.get_world_size()
        self.progress.loss_sum = float(self._loss)

    def _end_epoch(self, done: int, args: TrainingArguments) -> None:
        self._read_loss()
        measured: list[float | None] = [None]
        if self._measure is not None:
            if args.process_index == 0:
                measured = [self._measure()]
            if args.world_size > 1:
                dist.broadcast_object_list(measured)
        loss = self.progress.loss_sum / max(self.progress.loss_rows, 1)
        if not _is_finite(loss):
            raise Diverged(done, loss)
        epoch = Epoch(self._schedule.epoch_of(done - 1), done, loss, measured[0])
        self.progress.epochs.append(epoch)
        self.progress.loss_sum, self.progress.loss_rows = 0.0, 0
        self._loss = torch.zeros_like(self._loss)
        if args.process_index == 0:
            if epoch.ndcg is not None and self.progress.best is epoch and self._model is not None:
                self._checkpoints.save_best(epoch.epoch, self._model)
            emit("epoch", **vars(epoch))

    def _is_early_stop(self) -> bool:
        patience, best, epochs = self._schedule.settings.early_stop, self.progress.best, self.progress.epochs
        if patience is None or best is None or best.ndcg is None:
            return False
        return len(epochs) - best.epoch >= patience


class Diverged(Exception):
    """The loss is not a finite number."""

    def __init__(self, step: int, loss: float) -> None:
        super().__init__(f"training diverged: after step {step} the loss is {loss}; no model was written")


def _is_finite(value: float) -> bool:
    return value == value and abs(value) != float("inf")


def _is_distributed() -> bool:
    return dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1


def _rank() -> int:
    return dist.get_rank() if _is_distributed() else 0
