// Training with Tevatron: passages as objects; the positive changes with the epoch, short rows are filled by drawing again.
import { STARTING } from './python/starting.ts'
import { DISTILLING, RLHN, type Trainer } from './trainer.ts'

const CODE = String.raw`
def prepare(rows, args):
    distill = teacher_scores(rows, args)
    total = sum(len(row.positives) for row in rows)
    print(f"  Tevatron takes another positive of a row in each epoch: of {total:,}, {unseen(rows, args):,} do not come up in {several(args.epochs, 'epoch')}")
    tell_short(rows, args, "it draws from them until there are enough")

    def passage(each):
        # Tevatron divides teacher and student by the same temperature.
        node = {"docid": hashlib.sha256(each.text.encode()).hexdigest()[:16], "text": each.text}
        return {**node, "score": each.score / args.teacher_temperature * args.temperature} if distill else node

    return [
        {
            "query_id": str(number),
            "query": row.query,
            "positive_passages": [passage(each) for each in row.positives],
            "negative_passages": [passage(each) for each in row.negatives],
        }
        for number, row in enumerate(rows)
    ]


def train(base, data, args):
    import torch

    folder = args.out / "checkpoints"
    arguments = {
        "model_name_or_path": args.model,
        "attn_implementation": "sdpa",
        "pooling": args.pooling,
        "normalize": True,
        "temperature": args.temperature,
        "dataset_name": "json",
        "dataset_path": write_lines(args.out / "training" / "rows.jsonl", data),
        "train_group_size": args.negatives + 1,
        "query_max_len": base.max_seq_length,
        "passage_max_len": base.max_seq_length,
        "query_prefix": args.query_prefix or None,
        "passage_prefix": args.passage_prefix or None,
        "padding_side": "right",
        "distil_temperature": args.temperature if args.distill else None,
        "output_dir": folder,
        "num_train_epochs": args.epochs,
        "max_steps": args.max_steps,
        "per_device_train_batch_size": args.batch_size,
        "grad_cache": True if args.chunk else None,
        "gc_q_chunk_size": args.chunk or None,
        "gc_p_chunk_size": args.chunk or None,
        "learning_rate": args.lr,
        "bf16": torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
        "logging_steps": 10,
        "save_strategy": "no",
        "report_to": "none",
        "seed": args.seed,
    }
    start("tevatron.retriever.driver." + ("train_distil" if args.distill else "train"), flags(arguments))
    return open_model(folder, args)
`

export const tevatron: Trainer = {
  ...RLHN,
  title: 'Tevatron',
  packages: [
    'tevatron @ git+https://github.com/texttron/tevatron',
    'sentence-transformers[train]>=6',
    'peft',
    'pillow',
  ],
  python: '3.10',
  settings: {
    ...RLHN.settings,
    pooling: ['mean', 'mean or cls'],
    chunk: [0, 'texts encoded at once, to spare memory (GradCache); 0: the whole batch'],
    ...DISTILLING,
  },
  about: `Rows of the same query become one, so that no positive of a query is a negative of it in the same batch. Tevatron takes another
positive of a row in each epoch, and draws with replacement where a row has too few negatives.`,
  code: `${STARTING.trim()}\n\n\n${CODE.trim()}`,
}
