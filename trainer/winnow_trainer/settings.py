"""The settings of a training, as Winnow writes them into request.json: the options of `winnow train`, in camel case there."""

import json
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from .contrastive import LossName, LossSettings


@dataclass(frozen=True)
class Lora:
    """A low-rank adapter (LoRA, arXiv 2106.09685) on some of the linear layers."""

    rank: int
    alpha: int
    dropout: float
    targets: list[str]


@dataclass(frozen=True)
class Settings:
    kind: Literal["encoder", "reranker"]
    #: Folder or hub name of the model to start from.
    base: str
    query_prefix: str | None
    passage_prefix: str | None
    #: Pooling for a base that is no model of sentence-transformers yet.
    pooling: str | None
    #: Whether the tokenizer ends each text with the end-of-sequence token.
    append_eos: bool
    max_tokens: int
    #: Rows a step, over all processes.
    batch: int
    #: Texts (encoder) or rows (reranker) that a device holds at once; the result does not depend on it.
    mini_batch: int | None
    epochs: int
    #: None for all epochs; 0 to save the model as training would begin with it.
    steps: int | None
    negatives: int
    generated: int
    learning_rate: float
    schedule: Literal["constant", "linear", "cosine"]
    #: Share of the steps in which the learning rate rises from 0.
    warmup: float
    temperature: float
    loss: LossName | Literal["bce", "list-wise"]
    loss_weight: float | None
    entropy_temperature: float | None
    mask_share: float | None
    in_batch: bool
    seed: int
    lora: Lora | None
    precision: Literal["fp32", "bf16"]
    gradient_checkpointing: bool
    #: Epochs without a better measure after which training ends.
    early_stop: int | None
    checkpoint_every: float
    processes: int
    device: Literal["auto", "cpu", "cuda"]
    #: Folder of the rows and of the checkpoints.
    work: str
    #: Folder of the texts of the rows.
    texts: str
    #: Folder for the trained model.
    out: str
    #: Hash of everything that decides the weights.
    fingerprint: str

    @property
    def loss_settings(self) -> LossSettings:
        assert self.loss not in ("bce", "list-wise")
        return LossSettings(
            loss=self.loss,
            temperature=self.temperature,
            loss_weight=self.loss_weight,
            entropy_temperature=self.entropy_temperature or 0.1,
            mask_share=self.mask_share,
            in_batch=self.in_batch,
        )


def read_settings(path: Path) -> Settings:
    """Reads request.json. :raises KeyError: when a setting is missing"""
    given: dict[str, Any] = json.loads(path.read_text())
    values = {each.name: given[_camel(each.name)] for each in fields(Settings)}
    if values["lora"] is not None:
        values["lora"] = Lora(**values["lora"])
    return Settings(**values)


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)
