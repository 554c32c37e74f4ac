"""Encodes texts, or scores passages, for `torch:` models: JSON lines in on standard input, out on standard output."""

import base64
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import CrossEncoder, SentenceTransformer

from .device import device_for
from .events import Refusal, emit
from .models import loaded
from .rows import readable

#: Texts that are encoded at once, unless memory is too small for them.
BATCH = 32


def serve(settings: dict[str, Any], lines: Iterable[bytes]) -> None:
    """Opens the model that the settings name, says what it is, and answers the requests of all lines."""
    device = device_for("auto")
    folder = _folder_of(settings["model"])
    # On a GPU, weights stay in the precision in which they are stored.
    arguments = {"dtype": torch.float32 if device == "cpu" else "auto"}
    open_as = CrossEncoder if _is_reranker(folder) else SentenceTransformer
    model = loaded(str(folder), lambda: open_as(str(folder), device=device, model_kwargs=arguments))
    answer = _reranking(model, settings) if isinstance(model, CrossEncoder) else _encoding(model, settings)
    emit("ready", folder=str(folder), device=device, **_described(model, settings))
    for line in lines:
        _reply(json.loads(line), answer)


Answer = Callable[[dict[str, Any], int], dict[str, Any]]


def _reply(request: dict[str, Any], answer: Answer) -> None:
    """Answers a request, with smaller batches when memory is full."""
    batch = BATCH
    while True:
        try:
            emit("reply", id=request["id"], **answer(request, batch))
            return
        except torch.OutOfMemoryError as error:
            torch.cuda.empty_cache()
            if batch == 1:
                emit("failed", id=request["id"], text=f"out of memory on a single text: {_line(error)}")
                return
            batch //= 2
        except Exception as error:  # noqa: BLE001 - whatever a model's own code raises belongs to its request
            emit("failed", id=request["id"], text=f"{type(error).__name__}: {_line(error)}")
            return


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:500]


def _encoding(model: SentenceTransformer, settings: dict[str, Any]) -> Answer:
    if settings["maxTokens"] is not None:
        model.max_seq_length = settings["maxTokens"]
    for name, key in (("query", "queryPrefix"), ("document", "passagePrefix")):
        if settings[key] is not None:
            model.prompts[name] = settings[key]
    normalize = _normalizes(model, settings)

    def answer(request: dict[str, Any], batch: int) -> dict[str, Any]:
        encode = model.encode_query if request["kind"] == "query" else model.encode_document
        vectors = encode(
            _texts(request), batch_size=batch, normalize_embeddings=normalize, convert_to_tensor=True, show_progress_bar=False
        )
        data = vectors.float().cpu().numpy().astype("<f4")
        return {"vectors": base64.b64encode(data.tobytes()).decode("ascii")}

    return answer


def _texts(request: dict[str, Any]) -> list[str]:
    return [readable(text) for text in request["texts"]]


def _normalizes(model: SentenceTransformer, settings: dict[str, Any]) -> bool:
    """Vectors of a model that is compared by cosine are scaled to length 1."""
    wanted = settings["normalize"]
    return model.similarity_fn_name in (None, "cosine") if wanted is None else bool(wanted)


def _reranking(model: CrossEncoder, settings: dict[str, Any]) -> Answer:
    if settings["maxTokens"] is not None:
        model.max_length = settings["maxTokens"]

    def answer(request: dict[str, Any], batch: int) -> dict[str, Any]:
        pairs = [(readable(request["query"]), text) for text in _texts(request)]
        logits = model.predict(pairs, batch_size=batch, activation_fn=torch.nn.Identity(), show_progress_bar=False)
        values = np.asarray(logits, dtype=np.float64).reshape(len(pairs), -1)
        if values.shape[1] > 2:
            raise ValueError(f"the model has {values.shape[1]} labels: a reranker has one label, or two")
        scores = values[:, 0] if values.shape[1] == 1 else values[:, 1] - values[:, 0]
        return {"scores": scores.tolist()}

    return answer


def _described(model: SentenceTransformer | CrossEncoder, settings: dict[str, Any]) -> dict[str, Any]:
    if isinstance(model, CrossEncoder):
        return {"kind": "reranker", "use": {"maxTokens": model.max_length}}
    prompts = {
        "query": model.prompts.get("query") or "",
        "passage": next((model.prompts[n] for n in ("document", "passage", "corpus") if model.prompts.get(n)), ""),
    }
    use = {"maxTokens": model.max_seq_length, "prefixes": prompts, "normalize": _normalizes(model, settings)}
    return {"kind": "encoder", "dimensions": model.get_embedding_dimension(), "use": use}


def _folder_of(name: str) -> Path:
    """Returns the folder of a model: the path itself, or where the hub's client keeps a downloaded repository."""
    path = Path(os.path.expanduser(name))
    if path.is_dir():
        return path
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=os.environ.get("HF_HUB_OFFLINE") == "1"))
    except Exception as error:
        raise Refusal(
            f"{name} is no folder, and no model of that name was downloaded",
            f"Download it first: hf download {name} (of the package huggingface_hub), or give a folder.",
        ) from error


def _is_reranker(folder: Path) -> bool:
    """Whether a folder holds a cross-encoder: it says so, or its architecture ends in a classification head."""
    described = folder / "config_sentence_transformers.json"
    if described.exists() and (kind := json.loads(described.read_text()).get("model_type")) is not None:
        return kind == "CrossEncoder"
    config = folder / "config.json"
    names = json.loads(config.read_text()).get("architectures") or [] if config.exists() else []
    return any(name.endswith("ForSequenceClassification") for name in names)
