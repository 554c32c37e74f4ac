"""One process for many trainings, and for the models that they make: starting one takes seconds.

A line is `{"train": PATH of request.json}` or `{"serve": settings of a model}`; the lines after the latter are requests to
that model, up to `{"close": true}`. The event `finished` ends each task.
"""

import gc
import json
import os
import queue
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from .device import device_for
from .events import emit
from .serving import serve
from .settings import read_settings
from .training import train


def work(standard_input: Iterable[bytes]) -> None:
    """Does one task after another. Ends at once when standard input closes, even in a training: Winnow is gone."""
    lines: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        for line in standard_input:
            lines.put(line)
        os._exit(1)

    threading.Thread(target=read, daemon=True).start()
    while True:
        task: dict[str, Any] = json.loads(lines.get())
        if "train" in task:
            settings = read_settings(Path(task["train"]))
            train(settings, device_for(settings.device))
        else:
            serve(task["serve"], _until_closed(lines))
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        emit("finished")


def _until_closed(lines: "queue.Queue[bytes]") -> Iterator[bytes]:
    while "close" not in json.loads(line := lines.get()):
        yield line
