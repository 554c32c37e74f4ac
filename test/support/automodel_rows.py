"""Has NeMo Automodel read the rows and the recipe of a training script, as far as it can without a GPU, and prints what it read.

    python automodel_rows.py SCRIPT MODEL
"""

import contextlib
import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

script = runpy.run_path(sys.argv[1])
model = sys.argv[2]
settings = {name: default for name, (default, _help) in script["SETTINGS"].items()}
args = SimpleNamespace(**settings, model=model, out=script["OUT"], max_steps=2, seed=1, dry_run=True, held_out=0.1)
args.negatives, args.most_held_out, args.most_documents = 3, 500, 10
with contextlib.redirect_stdout(sys.stderr):
    rows, _ = script["hold_out"](script["read_rows"](script["ROWS"]), args)
    rows = script["merged"](rows)
    data = script["prepare"](rows, args)
    recipe = script["recipe"](SimpleNamespace(max_seq_length=64), data, args)
    path = Path(args.out) / "training" / "recipe.yaml"
    path.write_text(json.dumps(recipe))

    from nemo_automodel.components.config._arg_parser import parse_args_and_load_config
    from nemo_automodel.recipes._typed_config import RecipeConfig
    from nemo_automodel.recipes.retrieval import TrainBiEncoderRecipe
    from transformers import AutoTokenizer

    sys.argv = ["recipe", "--config", str(path)]
    parsed = TrainBiEncoderRecipe(parse_args_and_load_config(str(path))).cfg
    assert isinstance(parsed, RecipeConfig)
    dataset = parsed.dataloader.dataset_config.build()
    several = next(at for at, row in enumerate(rows) if len(row.positives) > 1)
    first = dataset[several]["doc_text"][0]
    dataset.set_epoch(1)
    second = dataset[several]["doc_text"][0]

    collate = recipe["dataloader"]["collate_fn"]
    from nemo_automodel.components.datasets.llm import BiEncoderCollator

    collator = BiEncoderCollator(AutoTokenizer.from_pretrained(model), **{k: v for k, v in collate.items() if k != "_target_"})
    batch = collator([dataset[0], dataset[1]])
print(
    json.dumps(
        {
            "rows": len(dataset),
            "passages": len(dataset[0]["doc_text"]),
            "recipe": parsed.get("recipe"),
            "rotated": [first, second] == [each.text for each in rows[several].positives[:2]],
            "batch": [len(batch["q_input_ids"]), len(batch["d_input_ids"])],
        }
    )
)
