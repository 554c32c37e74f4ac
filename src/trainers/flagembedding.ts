// Training with FlagEmbedding: query, pos, neg as lists; it draws a positive and the negatives anew each time a row comes up.
import { STARTING } from './python/starting.ts'
import { DISTILLING, type Trainer } from './trainer.ts'

const CODE = String.raw`
def prepare(rows, args):
    distill = teacher_scores(rows, args)
    total = sum(len(row.positives) for row in rows)
    left = sum(len(row.positives) * (1 - 1 / len(row.positives)) ** args.epochs for row in rows)
    print(f"  FlagEmbedding draws one positive a row and epoch: of {total:,}, about {left:.0f} do not come up in {several(args.epochs, 'epoch')}")
    tell_short(rows, args, "it draws from them again")
    records = []
    for row in rows:
        record = {"query": row.query, "pos": [each.text for each in row.positives], "neg": [each.text for each in row.negatives]}
        if distill:
            record["pos_scores"] = [each.score / args.teacher_temperature for each in row.positives]
            record["neg_scores"] = [each.score / args.teacher_temperature for each in row.negatives]
        records.append(record)
    return records


def train(base, data, args):
    import torch

    folder = args.out / "checkpoints"
    arguments = {
        "model_name_or_path": args.model,
        "train_data": write_lines(args.out / "training" / "rows.jsonl", data),
        "train_group_size": args.negatives + 1,
        "query_max_len": base.max_seq_length,
        "passage_max_len": base.max_seq_length,
        "query_instruction_for_retrieval": args.query_prefix,
        "passage_instruction_for_retrieval": args.passage_prefix or None,
        "sentence_pooling_method": args.pooling,
        "normalize_embeddings": True,
        "temperature": args.temperature,
        "knowledge_distillation": args.distill,
        "negatives_cross_device": gpus() > 1,
        "output_dir": folder,
        "num_train_epochs": args.epochs,
        "max_steps": args.max_steps,
        "per_device_train_batch_size": args.batch_size,
        "sub_batch_size": args.chunk or None,
        "learning_rate": args.lr,
        "bf16": torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
        "dataloader_drop_last": False,
        "logging_steps": 10,
        "save_strategy": "no",
        "report_to": "none",
        "seed": args.seed,
    }
    start("FlagEmbedding.finetune.embedder.encoder_only.base", flags(arguments))
    return open_model(folder, args)
`

export const flagEmbedding: Trainer = {
  title: 'FlagEmbedding',
  // FlagEmbedding 1.4.2 imports a module that transformers 5.24 no longer has.
  packages: ['FlagEmbedding>=1.4', 'sentence-transformers>=6', 'transformers<5.24'],
  python: '3.10',
  model: 'BAAI/bge-base-en-v1.5',
  settings: {
    epochs: [2, 'passes over the rows'],
    batch_size: [32, 'rows in a batch, on each GPU'],
    lr: [1e-5, 'learning rate'],
    temperature: [0.02, 'temperature of the softmax'],
    negatives: [7, 'negatives for each query'],
    max_length: [512, 'tokens of a text'],
    query_prefix: ['Represent this sentence for searching relevant passages: ', 'text before every query'],
    passage_prefix: ['', 'text before every passage'],
    pooling: ['cls', 'cls or mean'],
    chunk: [0, 'rows encoded at once, to spare memory (sub_batch_size); 0: the whole batch'],
    ...DISTILLING,
  },
  about: `Rows of the same query become one, so that no positive of a query is a negative of it in the same batch. FlagEmbedding draws one
positive of a row each time the row comes up, and draws negatives again where a row has too few.`,
  code: `${STARTING.trim()}\n\n\n${CODE.trim()}`,
}
