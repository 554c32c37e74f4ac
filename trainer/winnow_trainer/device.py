"""Which device a process computes on. Needs torch alone, so that a missing GPU is told at once."""

import os

import torch

from .events import Refusal


def device_for(wanted: str) -> str:
    """Returns the device of this process. :raises Refusal: when a GPU is wanted and there is none"""
    has_gpu = torch.cuda.is_available()
    if wanted == "cuda" and not has_gpu:
        raise Refusal("torch finds no GPU here", "Train with --device cpu, or with a small recipe, or on a machine with a GPU.")
    if wanted == "cpu" or not has_gpu:
        return "cpu"
    return f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
