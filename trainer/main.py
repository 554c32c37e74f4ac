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
    torchrun --nproc-per-node 2 trainer/main.py train REQUEST.json

Winnow starts it and reads one JSON object a line from its standard output.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
os.environ.setdefault("HF_HUB_OFFLINE", "1")


def main(arguments: list[str]) -> None:
    from winnow_trainer.events import Refusal, fail

    try:
        command, target = arguments
    except ValueError:
        raise SystemExit(__doc__) from None
    try:
        if command == "train":
            from winnow_trainer.settings import read_settings
            from winnow_trainer.training import train

            train(read_settings(Path(target)))
        elif command == "serve":
            from winnow_trainer.serving import serve

            serve(target)
        else:
            raise SystemExit(__doc__)
    except Refusal as error:
        fail(error)


if __name__ == "__main__":
    main(sys.argv[1:])
