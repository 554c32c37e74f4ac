"""Opens the model to start from, and prepares it for training: pooling, prompts, adapters, memory."""

from pathlib import Path
from typing import Any

import torch
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

from .events import Refusal
from .settings import Lora, Settings


def open_encoder(settings: Settings, device: str) -> SentenceTransformer:
    """Opens a bi-encoder; a plain language model gets pooling and normalisation."""
    arguments = _weights_as(settings, device)
    if _is_sentence_transformer(settings.base):
        model = loaded(settings.base, lambda: SentenceTransformer(settings.base, device=device, model_kwargs=arguments))
    else:
        model = loaded(settings.base, lambda: _with_pooling(settings, device, arguments))
    model.max_seq_length = settings.max_tokens
    for name, prefix in (("query", settings.query_prefix), ("document", settings.passage_prefix)):
        if prefix is not None:
            model.prompts[name] = prefix
    _prepare(model, settings)
    return model


def open_reranker(settings: Settings, device: str) -> CrossEncoder:
    """Opens a cross-encoder with one label; a plain language model gets a new head."""
    arguments = _weights_as(settings, device)
    torch.manual_seed(settings.seed)
    model = loaded(
        settings.base,
        lambda: CrossEncoder(settings.base, num_labels=1, max_length=settings.max_tokens, device=device, model_kwargs=arguments),
    )
    if model.model is not None and model.model.config.pad_token_id is None:
        if model.tokenizer.pad_token is None:
            model.tokenizer.pad_token = model.tokenizer.eos_token
        model.model.config.pad_token_id = model.tokenizer.pad_token_id
    _prepare(model, settings)
    return model


def _prepare(model: SentenceTransformer | CrossEncoder, settings: Settings) -> None:
    if settings.append_eos:
        _append_eos(model.tokenizer)
    if settings.lora is not None:
        _add_lora(model, settings.lora, settings.seed)
    if settings.gradient_checkpointing:
        model.gradient_checkpointing_enable({"use_reentrant": False})


def _weights_as(settings: Settings, device: str) -> dict[str, Any]:
    """Frozen weights under an adapter are kept in bf16; weights that are trained stay in float32."""
    is_half = settings.lora is not None and settings.precision == "bf16" and device != "cpu"
    return {"dtype": torch.bfloat16 if is_half else torch.float32}


def loaded(base: str, load: Any) -> Any:
    """Turns the error of a model that cannot be loaded into a sentence."""
    try:
        return load()
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise
        is_folder = Path(base).is_dir() or base.startswith((".", "/", "~"))
        hint = (
            "Give a folder with config.json, a tokenizer and weights (model.safetensors)."
            if is_folder
            else f"Download it first: hf download {base} (of the package huggingface_hub), or give a folder with --base."
        )
        raise Refusal(f"cannot load the model {base}: {_first_line(error)}", hint) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _is_sentence_transformer(base: str) -> bool:
    if Path(base).is_dir():
        return (Path(base) / "modules.json").exists()
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(base, "modules.json"), str)


def _with_pooling(settings: Settings, device: str, arguments: dict[str, Any]) -> SentenceTransformer:
    transformer = Transformer(settings.base, model_kwargs=arguments)
    if transformer.tokenizer.pad_token is None:
        transformer.tokenizer.pad_token = transformer.tokenizer.eos_token
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode=settings.pooling or "mean")
    return SentenceTransformer(modules=[transformer, pooling, Normalize()], device=device)


def _append_eos(tokenizer: Any) -> None:
    """Makes a fast tokenizer end each text with its end-of-sequence token, also when it cuts the text."""
    from tokenizers.processors import TemplateProcessing

    ids = tokenizer("text")["input_ids"]
    if ids and ids[-1] == tokenizer.eos_token_id:
        return
    end = tokenizer.eos_token
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single=f"$A {end}", pair=f"$A $B {end}", special_tokens=[(end, tokenizer.eos_token_id)]
    )


#: The layers that turn the state of a text into its score; they are new and trained whole.
HEADS = ("score", "classifier")


def _add_lora(model: SentenceTransformer | CrossEncoder, lora: Lora, seed: int) -> None:
    """Adds an adapter in place; all other weights but those of a head are frozen."""
    from peft import LoraConfig, inject_adapter_in_model

    linear = {name.rsplit(".", 1)[-1] for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)}
    missing = [target for target in lora.targets if target not in linear]
    if missing:
        choice = ",".join(sorted(linear - set(HEADS)))
        raise Refusal(f"the model has no linear layers named {', '.join(missing)}", f"Give others: --lora-targets {choice}")
    torch.manual_seed(seed)
    settings = LoraConfig(r=lora.rank, lora_alpha=lora.alpha, lora_dropout=lora.dropout, target_modules=lora.targets)
    inject_adapter_in_model(settings, model)
    for name, weight in model.named_parameters():
        if any(part in HEADS for part in name.split(".")):
            weight.requires_grad_(True)


def merge_lora(model: torch.nn.Module) -> None:
    """Adds the adapter's product to the weights and takes the adapter out, so that the folder needs no PEFT."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    for name, layer in [each for each in model.named_modules() if isinstance(each[1], BaseTunerLayer)]:
        layer.merge()
        parent, _, child = name.rpartition(".")
        setattr(model.get_submodule(parent), child, layer.get_base_layer())
