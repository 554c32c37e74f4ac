// Training with NeMo Automodel: rows inline, the positive changes with the epoch, a recipe in a file that its entry point reads.
import { STARTING } from './python/starting.ts'
import { RLHN, type Trainer } from './trainer.ts'

const CODE = String.raw`
def prepare(rows, args):
    if not args.dry_run and gpus() == 0:
        raise SystemExit("NeMo Automodel trains on NVIDIA GPUs only, and there is none here. Try --dry-run, or winnow --trainer st.")
    total = sum(len(row.positives) for row in rows)
    print(f"  Automodel takes another positive of a row in each epoch: of {total:,}, {unseen(rows, args):,} do not come up in {several(args.epochs, 'epoch')}")
    tell_short(rows, args, "it repeats them")
    longer = sum(len(row.negatives) > args.negatives for row in rows)
    if longer:
        print(f"  {several(longer, 'row')} with more negatives: {args.negatives} drawn at random, since it takes the first ones in every epoch")
    if not without_scores(rows):
        print("  the scores of the passages are not used: Automodel distils from a teacher model, not from scores")
    draw = random.Random(args.seed)
    return [
        {
            "query": row.query,
            "pos_doc": [each.text for each in row.positives],
            "neg_doc": [each.text for each in draw.sample(row.negatives, len(row.negatives))],
        }
        for row in rows
    ]


def recipe(base, data, args):
    """The recipe of Automodel's bi-encoder, as its file wants it."""
    import torch

    steps = -(-len(data) // (args.batch_size * max(1, gpus()))) * int(args.epochs)
    model = {"pretrained_model_name_or_path": str(args.model)}
    return {
        "recipe": "TrainBiEncoderRecipe",
        "seed": args.seed,
        "temperature": args.temperature,
        "dist_env": {"backend": "nccl", "timeout_minutes": 30},
        "step_scheduler": {
            "global_batch_size": args.batch_size * max(1, gpus()),
            "local_batch_size": args.batch_size,
            "num_epochs": int(args.epochs),
            "max_steps": args.max_steps if args.max_steps > 0 else steps,
            "ckpt_every_steps": args.max_steps if args.max_steps > 0 else steps,
        },
        "model": {
            "_target_": "nemo_automodel.NeMoAutoModelBiEncoder.from_pretrained",
            **model,
            "pooling": {"mean": "avg"}.get(args.pooling, args.pooling),
            "l2_normalize": True,
            "use_liger_kernel": False,
            "torch_dtype": "bfloat16" if torch.cuda.is_bf16_supported() else "float32",
            "do_distributed_inbatch_negative": args.in_batch,
        },
        "tokenizer": {"_target_": "nemo_automodel.NeMoAutoTokenizer.from_pretrained", **model, "add_eos_token": False},
        "dataset": {
            "_target_": "nemo_automodel.components.datasets.llm.retrieval_dataset.RetrievalDatasetConfig",
            "model_type": "bi_encoder",
            "data_dir_list": [write_lines(args.out / "training" / "rows.jsonl", data)],
            "data_type": "train",
            "n_passages": args.negatives + 1,
            "cycle_positive_docs": True,
            "seed": args.seed,
        },
        "dataloader": {
            "collate_fn": {
                "_target_": "nemo_automodel.components.datasets.llm.BiEncoderCollator",
                "q_max_len": base.max_seq_length,
                "p_max_len": base.max_seq_length,
                # It puts a space after each.
                "query_prefix": args.query_prefix.strip(),
                "passage_prefix": args.passage_prefix.strip(),
            },
            "shuffle": True,
            "num_workers": 0,
        },
        "optimizer": {"_target_": "torch.optim.AdamW", "lr": args.lr, "weight_decay": 0.01},
        "lr_scheduler": {"lr_decay_style": "linear", "lr_warmup_steps": max(1, steps // 10)},
        "checkpoint": {
            "enabled": True,
            "checkpoint_dir": str(args.out / "checkpoints"),
            "model_save_format": "safetensors",
            "save_consolidated": True,
        },
        "distributed": {"strategy": "fsdp2"},
    }


def train(base, data, args):
    path = args.out / "training" / "recipe.yaml"
    settings = recipe(base, data, args)
    # JSON is YAML, too.
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    start("nemo_automodel.recipes.retrieval.train_bi_encoder", ["--config", str(path)])
    saved = sorted((args.out / "checkpoints").glob("*/model/consolidated"), key=lambda folder: folder.stat().st_mtime)
    if not saved:
        raise SystemExit(f"Automodel left no consolidated model in {args.out / 'checkpoints'}.")
    return open_model(saved[-1], args)
`

export const automodel: Trainer = {
  ...RLHN,
  title: 'NeMo Automodel',
  // NeMo Automodel 0.7.0 stops at its import with triton 3.9.
  packages: ['nemo-automodel>=0.7', 'sentence-transformers>=6', 'triton<3.9'],
  python: '3.11',
  settings: {
    ...RLHN.settings,
    pooling: ['mean', 'mean, cls or last'],
    in_batch: [false, 'passages of other rows in the batch are negatives, too, on all GPUs'],
  },
  about: `Rows of the same query become one. Automodel takes another positive of a row in each epoch, and the first negatives of a row in
every epoch: they are shuffled, and repeated where a row has too few.`,
  code: `${STARTING.trim()}\n\n\n${CODE.trim()}`,
}
