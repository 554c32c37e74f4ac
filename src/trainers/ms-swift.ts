// Training with ms-swift: it takes the first positive of a row, so every positive gets a row; mined negatives come before generated ones.
import { STARTING } from './python/starting.ts'
import type { Trainer } from './trainer.ts'

const CODE = String.raw`
def prepare(rows, args):
    total = sum(len(row.positives) for row in rows)
    print(f"  ms-swift would ignore {total - len(rows):,} of {total:,} positives (it takes the first of a row): each gets a row of its own")
    if args.in_batch and total > len(rows):
        print("  with --in-batch, a second positive of a query can be its negative in the same batch: ms-swift has no sampler against it")
    if not without_scores(rows):
        print("  the scores of the passages are not used: ms-swift does not learn from scores")
    draw = random.Random(args.seed)
    generated = min(args.generated, max(sum(each.origin == "generated" for each in row.negatives) for row in rows))
    mined = args.negatives - generated
    records, again, without, alone = [], 0, 0, 0
    for row in rows:
        written = [each for each in row.negatives if each.origin == "generated"]
        others = [each for each in row.negatives if each.origin != "generated"]
        without += not written
        # A loss that goes by places would take what stands after the mined ones for generated.
        count = mined if written or args.plugin else args.negatives
        alone += not others
        for number, positive in enumerate(row.positives):
            first, drawn = exactly(others or written, count, draw)
            last, more = exactly(written, generated, draw) if written and others else ([], 0)
            negatives = first + last
            again += drawn + more if number == 0 else 0
            records.append(
                {
                    "messages": [*row.before, {"role": "user", "content": args.query_prefix + row.query}],
                    "positive_messages": [[{"role": "user", "content": args.passage_prefix + positive.text}]],
                    "negative_messages": [[{"role": "user", "content": args.passage_prefix + each.text}] for each in negatives],
                }
            )
    draw.shuffle(records)
    if again:
        print(f"  {again:,} negatives drawn a second time, since rows need the same number")
    if generated:
        print(f"  {mined} mined, then {generated} generated negatives in a row: NUM_MINED_NEGATIVES={mined} for a loss that tells them by order")
        print(f"  {several(without, 'row')} without generated negatives: {mined if args.plugin else args.negatives} mined ones alone")
        if alone:
            print(f"  {several(alone, 'row')} with generated negatives only: {mined} of them, in the place of mined ones")
    args.mined = mined
    return records


def cut(base, record):
    """Cuts the texts of a row to the length of the model; cut by ms-swift, a text would lose the token that is its vector."""
    most = base.max_seq_length - 16
    texts = [record["messages"], *record["positive_messages"], *record["negative_messages"]]
    for message in (messages[-1] for messages in texts):
        ends = base.tokenizer(message["content"], add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
        if len(ends) > most:
            message["content"] = message["content"][: ends[most - 1][1]]
    return record


def train(base, data, args):
    import torch

    folder = args.out / "checkpoints"
    arguments = {
        "model": args.model,
        "model_type": args.model_type or None,
        "template": args.model_type or None,
        "use_hf": True,
        "task_type": "embedding",
        "loss_type": args.loss,
        "external_plugins": args.plugin or None,
        "tuner_type": "full",
        "dataset": write_lines(args.out / "training" / "rows.jsonl", [cut(base, record) for record in data]),
        "strict": True,
        "split_dataset_ratio": 0,
        "remove_unused_columns": False,
        "max_length": base.max_seq_length,
        "output_dir": folder,
        "add_version": False,
        "num_train_epochs": args.epochs,
        "max_steps": args.max_steps,
        "per_device_train_batch_size": args.batch_size,
        "gradient_accumulation_steps": 1,
        "learning_rate": args.lr,
        "torch_dtype": "bfloat16" if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else "float32",
        "gradient_checkpointing": torch.cuda.is_available(),
        "logging_steps": 10,
        "save_strategy": "steps" if args.max_steps > 0 else "epoch",
        "save_steps": args.max_steps if args.max_steps > 0 else None,
        "save_only_model": True,
        "save_total_limit": 1,
        "report_to": "none",
        "seed": args.seed,
    }
    environment = {
        "INFONCE_TEMPERATURE": str(args.temperature),
        "INFONCE_USE_BATCH": str(args.in_batch),
        "NUM_MINED_NEGATIVES": str(args.mined),
        "USE_HF": "1",
    }
    start("swift.cli.sft", flags(arguments), environment)
    steps = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    if not steps:
        raise SystemExit(f"ms-swift left no checkpoint in {folder}.")
    return open_model(steps[-1], args)
`

export const msSwift: Trainer = {
  title: 'ms-swift',
  packages: ['ms-swift>=4', 'sentence-transformers>=6'],
  python: '3.10',
  // The model and figures of CausalNeg (arXiv 2606.01304).
  model: 'Qwen/Qwen3-Embedding-0.6B',
  settings: {
    epochs: [10, 'passes over the rows'],
    batch_size: [4, 'rows in a batch, on each GPU'],
    lr: [5e-5, 'learning rate'],
    temperature: [0.05, 'temperature of the softmax'],
    negatives: [7, 'negatives for each query, the generated ones included'],
    generated: [3, 'how many of them at most are generated, where rows have any'],
    max_length: [512, 'tokens of a text'],
    query_prefix: ['Instruct: Given a question, retrieve passages that answer it\nQuery:', 'text before every query'],
    passage_prefix: ['', 'text before every passage'],
    pooling: ['last', 'last, mean or cls, as the model was made; for measuring'],
    in_batch: [false, 'passages of other rows in the batch are negatives, too'],
    loss: ['infonce', "name of the loss: infonce, or one of the plugin's"],
    plugin: ['', 'Python file with a loss of your own (--external_plugins)'],
    model_type: [
      '',
      "ms-swift's name of the architecture, such as qwen3_emb, for a model that it does not know by name",
    ],
  },
  about: `ms-swift takes the first positive of a row, so every positive gets a row of its own, and in-batch negatives are off unless you ask
for them. Each row has mined negatives first and generated ones after them, the same number of each.`,
  code: `${STARTING.trim()}


${CODE.trim()}`,
}
