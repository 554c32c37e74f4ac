"""Trains a model with the trainers of sentence-transformers, on the steps of batches.py."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import (
    CrossEncoder,
    CrossEncoderTrainer,
    CrossEncoderTrainingArguments,
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from transformers import PrinterCallback, ProgressCallback

from .batches import EncoderSteps, RerankerSteps, Schedule, Share
from .checkpoints import WEIGHTS, Checkpoints, Progress, load_weights, trained_weights
from .events import Refusal, emit
from .losses import CachedContrastiveLoss, ContrastiveLoss
from .measure import measure_encoder, measure_reranker
from .models import merge_lora, open_encoder, open_reranker
from .reranking import RerankingLoss
from .rows import Data, read_data
from .settings import Settings
from .watching import Diverged, Watching

Model = SentenceTransformer | CrossEncoder


class _Steps:
    """What both trainers share: whole steps instead of rows, and their losses."""

    steps: Dataset[dict[str, Any]]
    watching: Watching
    args: Any
    model: Any

    def get_train_dataloader(self) -> DataLoader[dict[str, Any]]:
        return DataLoader(self.steps, batch_size=1, shuffle=False, collate_fn=_only)

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """Does nothing: Winnow writes the card."""

    def compute_loss(self, model: Any, inputs: Any, *arguments: Any, **named: Any) -> Tensor:
        loss = super().compute_loss(model, inputs, *arguments, **named)  # type: ignore[misc]
        self.watching.on_loss(loss, 1 / self.args.gradient_accumulation_steps)
        return loss

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        """Saves what is trained: a frozen base under an adapter need not be written again."""
        del state_dict
        folder = Path(output_dir or self.args.output_dir)
        folder.mkdir(parents=True, exist_ok=True)
        torch.save(trained_weights(self.model), folder / WEIGHTS)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        del model
        load_weights(Path(resume_from_checkpoint) / WEIGHTS, self.model)


class EncoderTrainer(_Steps, SentenceTransformerTrainer):
    """Trains a bi-encoder."""


class RerankerTrainer(_Steps, CrossEncoderTrainer):
    """Trains a cross-encoder."""


def _only(items: list[dict[str, Any]]) -> dict[str, Any]:
    return items[0]


def train(settings: Settings, device: str) -> None:
    """Trains, or goes on from the last checkpoint, and saves the model of the best epoch."""
    is_first = os.environ.get("RANK", "0") == "0"
    emit_first = emit if is_first else _say_nothing
    precision = settings.precision if device != "cpu" else "fp32"
    emit_first("started", device=device, precision=precision, processes=int(os.environ.get("WORLD_SIZE", "1")))
    if settings.steps == 0:
        _save_untrained(settings, device)
        return
    data = read_data(Path(settings.work), Path(settings.texts))
    schedule = Schedule(data, settings)
    checkpoints = Checkpoints(Path(settings.work) / "checkpoints", settings.fingerprint)
    saved = checkpoints.last()
    if checkpoints.is_of_another():
        emit_first("notice", text="the checkpoints are from other rows or settings: starting training from scratch")
    with explaining_memory(settings, device):
        model = _open(settings, device)
        emit_first("model", parameters=_weights(model), trained=_trained(model))
        progress = saved[1] if saved else Progress()
        trainer, watching = _trainer(settings, model, data, schedule, checkpoints, progress, precision, device)
        if saved:
            emit_first("resumed", step=int(saved[0].name.rsplit("-", 1)[-1]), epochs=[vars(each) for each in progress.epochs])
        started = time.monotonic()
        try:
            trainer.train(resume_from_checkpoint=str(saved[0]) if saved else None)
        except Diverged as error:
            raise Refusal(str(error), "Use a smaller --learning-rate.") from error
    if not is_first:
        return
    if watching.is_stopped:
        emit("stopped")
        return
    _save_best(model, settings, watching.progress, checkpoints)
    emit("done", seconds=time.monotonic() - started, chosen=watching.progress.best.epoch if watching.progress.best else 0)


def _open(settings: Settings, device: str) -> Model:
    return open_encoder(settings, device) if settings.kind == "encoder" else open_reranker(settings, device)


def _save_untrained(settings: Settings, device: str) -> None:
    """Saves the model as training would begin with it."""
    with explaining_memory(settings, device):
        model = _open(settings, device)
        emit("model", parameters=_weights(model), trained=_trained(model))
        if settings.lora is not None:
            merge_lora(model)
        model.save_pretrained(settings.out, create_model_card=False)
    emit("done", seconds=0.0, chosen=0)


def _weights(model: Model) -> int:
    return sum(weight.numel() for weight in model.parameters())


def _trained(model: Model) -> int:
    return sum(weight.numel() for weight in model.parameters() if weight.requires_grad)


def _say_nothing(event: str, **values: Any) -> None:
    del event, values


def _trainer(
    settings: Settings,
    model: Model,
    data: Data,
    schedule: Schedule,
    checkpoints: Checkpoints,
    progress: Progress,
    precision: str,
    device: str,
) -> tuple[EncoderTrainer | RerankerTrainer, Watching]:
    """Builds the trainer of either kind, with its loss and what is watched between its steps."""
    share = Share(int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1")))
    watching = Watching(schedule, checkpoints, progress, _measure(settings, model, data), Path(settings.work) / "stop")
    watching.watch(model)
    if isinstance(model, SentenceTransformer):
        tokenize = _tokenizer(model)
        trainer: EncoderTrainer | RerankerTrainer = EncoderTrainer(
            model=model,
            args=SentenceTransformerTrainingArguments(**_arguments(settings, schedule, precision, device, 1)),
            train_dataset=_Nothing(),  # type: ignore[arg-type]
            loss=_encoder_loss(settings, model),
        )
        trainer.steps = EncoderSteps(schedule, share, tokenize)
    else:
        steps = RerankerSteps(schedule, share)
        name = "list-wise" if settings.loss == "list-wise" else "bce"
        trainer = RerankerTrainer(
            model=model,
            args=CrossEncoderTrainingArguments(**_arguments(settings, schedule, precision, device, steps.parts)),
            train_dataset=_Nothing(),  # type: ignore[arg-type]
            loss=RerankingLoss(model, name),
        )
        trainer.steps = steps
    trainer.watching = watching
    for callback in (ProgressCallback, PrinterCallback):
        trainer.remove_callback(callback)
    trainer.add_callback(watching)
    return trainer, watching


class _Nothing(Dataset[dict[str, Any]]):
    """Stands for the data set that the trainers ask for; their data loader is ours."""

    column_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return 1

    def __getitem__(self, _: int) -> dict[str, Any]:
        raise IndexError


def _arguments(settings: Settings, schedule: Schedule, precision: str, device: str, parts: int) -> dict[str, Any]:
    """The arguments of transformers' trainer. All epochs are one to it, so that a step is found by its number."""
    return {
        "output_dir": str(Path(settings.work) / "checkpoints"),
        "max_steps": schedule.steps,
        "num_train_epochs": 1,
        "per_device_train_batch_size": 1,
        "gradient_accumulation_steps": parts,
        "learning_rate": settings.learning_rate,
        "lr_scheduler_type": {"constant": "constant_with_warmup"}.get(settings.schedule, settings.schedule),
        "warmup_steps": round(settings.warmup * schedule.steps),
        "weight_decay": 0.0,
        "bf16": precision == "bf16",
        "save_strategy": "no",
        "eval_strategy": "no",
        "logging_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "seed": settings.seed,
        "use_cpu": device == "cpu",
        "remove_unused_columns": False,
        "ddp_backend": "gloo" if device == "cpu" and os.environ.get("WORLD_SIZE", "1") != "1" else None,
    }


def _encoder_loss(settings: Settings, model: SentenceTransformer) -> ContrastiveLoss:
    if settings.mini_batch is None:
        return ContrastiveLoss(model, settings.loss_settings)
    return CachedContrastiveLoss(model, settings.loss_settings, settings.mini_batch)


def _tokenizer(model: SentenceTransformer) -> Callable[[list[str], str], dict[str, Tensor]]:
    """Returns a function that prepends the prompt of a kind of text, as encode_query and encode_document do."""

    def tokenize(texts: list[str], kind: str) -> dict[str, Tensor]:
        names = ("query",) if kind == "query" else ("document", "passage", "corpus")
        prompt = next((model.prompts[name] for name in names if model.prompts.get(name)), None)
        features = model.preprocess(texts, prompt=prompt)
        return {name: value for name, value in features.items() if isinstance(value, Tensor)}

    return tokenize


def _measure(settings: Settings, model: Model, data: Data) -> Callable[[], float] | None:
    development = data.development
    if development is None:
        return None
    batch = settings.mini_batch or 32

    def measure() -> float:
        assert development is not None
        with torch.no_grad():
            if isinstance(model, SentenceTransformer):
                return measure_encoder(model, development, data.texts, batch)
            return measure_reranker(model, development, data.texts, batch)

    return measure


def _save_best(model: Model, settings: Settings, progress: Progress, checkpoints: Checkpoints) -> None:
    best = progress.best
    if best is not None and best.ndcg is not None:
        checkpoints.load_best(best.epoch, model)
    if settings.lora is not None:
        merge_lora(model)
    model.save_pretrained(settings.out, create_model_card=False)


@contextmanager
def explaining_memory(settings: Settings, device: str) -> Iterator[None]:
    """Turns the error of a full GPU into the setting that helps."""
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        per_row = 1 + 1 + settings.negatives + settings.generated
        held = settings.mini_batch or settings.batch * (per_row if settings.kind == "encoder" else 1)
        smaller = max(1, min(held // 2, 32 if settings.kind == "encoder" else 8))
        unit = "texts" if settings.kind == "encoder" else "rows"
        raise Refusal(
            f"out of memory on {device}: a step holds {held} {unit} of up to {settings.max_tokens} tokens at once",
            f"Add --mini-batch {smaller}: the same result in less memory. Or use a smaller --max-tokens or --batch.",
        ) from error
