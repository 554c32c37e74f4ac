"""Loads a published folder, and a file that Winnow downloaded, as users of Python's libraries do: prints what they see as JSON."""

import json
import sys

from datasets import get_dataset_config_names, load_dataset
from huggingface_hub import DatasetCard, hf_hub_download

folder, repository, file = sys.argv[1:]
card = DatasetCard.load(f"{folder}/README.md").data.to_dict()
configs = {
    name: load_dataset(folder, name, split="train") for name in get_dataset_config_names(folder)
}
cached = hf_hub_download(repository, file, repo_type="dataset", local_files_only=True)
print(
    json.dumps(
        {
            "license": card["license"],
            "rows": list(load_dataset(folder, split="train")),
            "configs": {name: rows.num_rows for name, rows in configs.items()},
            "cached": open(cached).read(),
        }
    )
)
