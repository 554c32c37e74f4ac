# /// script
# requires-python = ">=3.10"
# dependencies = [
#   "sentence-transformers[train]>=6,<7",
#   "peft>=0.17",
# ]
# ///
"""The engine of `winnow train --engine torch` and of `torch:` models.

    uv run trainer/main.py train REQUEST.json
    uv run trainer/main.py serve MODEL
    uv run trainer/main.py work

Winnow starts it and reads one JSON object a line from its standard output. A request for several processes starts
torchrun; under torchrun or `accelerate launch` it is one of their processes. `work` does such things one after another,
as lines of its standard input say.
"""

import json
import os
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
os.environ.setdefault("HF_HUB_OFFLINE", "1")


def start_processes(request: str) -> None:
    """Replaces this process by torchrun, if the request wants several processes and none was started as one of them."""
    count: int = json.loads(Path(request).read_text())["processes"]
    if count > 1 and "RANK" not in os.environ:
        launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count)]
        os.execv(sys.executable, [sys.executable, *launch, __file__, "train", request])


def end_with_winnow() -> None:
    """Ends this process when its standard input closes, if Winnow started it: Winnow is gone."""
    if "WINNOW_ENGINE" not in os.environ:
        return

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main(arguments: list[str]) -> None:
    if arguments != ["work"] and (len(arguments) != 2 or arguments[0] not in ("train", "serve")):
        raise SystemExit(__doc__)
    command, target = arguments[0], arguments[-1]
    if command == "train":
        start_processes(target)
        end_with_winnow()
    from winnow_trainer.events import Refusal, fail

    try:
        if command == "train":
            from winnow_trainer.device import device_for
            from winnow_trainer.settings import read_settings

            settings = read_settings(Path(target))
            device = device_for(settings.device)
            from winnow_trainer.training import train

            train(settings, device)
        elif command == "serve":
            from winnow_trainer.serving import serve

            serve(json.loads(target), sys.stdin.buffer)
        else:
            from winnow_trainer.working import work

            work(sys.stdin.buffer)
    except Refusal as error:
        fail(error)


if __name__ == "__main__":
    main(sys.argv[1:])
