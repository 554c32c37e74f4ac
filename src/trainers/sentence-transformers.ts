// Training with sentence-transformers: columns by order, every positive in a row of its own, siblings kept apart in a batch.
import { DISTILLING, RLHN, type Trainer } from './trainer.ts'

const CODE = String.raw`
def prepare(rows, args):
    """One example for every positive: query, positive, negatives, and the teacher's scores where they are learnt from."""
    distill = teacher_scores(rows, args)
    draw = random.Random(args.seed)
    examples, short, again = [], 0, 0
    for row in rows:
        for number, positive in enumerate(row.positives):
            negatives, drawn = exactly(row.negatives, args.negatives, draw)
            if number == 0 and drawn:
                short, again = short + 1, again + drawn
            # The order of the columns is what the loss goes by: query, positive, negatives.
            example = {"query": args.query_prefix + row.query, "positive": args.passage_prefix + positive.text}
            example |= {f"negative_{at}": args.passage_prefix + each.text for at, each in enumerate(negatives, 1)}
            if distill:
                example["scores"] = [passage.score / args.teacher_temperature for passage in [positive, *negatives]]
            examples.append(example)
    draw.shuffle(examples)
    print(f"  {several(len(examples), 'example')} of {args.negatives} negatives: one for every positive, none is ignored")
    if short:
        print(f"  {several(short, 'row')} with fewer negatives: {again:,} drawn a second time, since all rows need the same number")
    if len(examples) > len(rows) and not distill:
        print("  examples of one query are never in the same batch (NO_DUPLICATES), so no positive is taken for a negative")
    return examples


def train(base, data, args):
    import torch
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from sentence_transformers.base.sampler import BatchSamplers
    from sentence_transformers.sentence_transformer import losses

    if args.distill:
        loss = losses.DistillKLDivLoss(base, similarity_fct=lambda a, b: cosine(a, b) / args.temperature)
    elif args.chunk:
        loss = losses.CachedMultipleNegativesRankingLoss(base, scale=1 / args.temperature, mini_batch_size=args.chunk)
    else:
        loss = losses.MultipleNegativesRankingLoss(base, scale=1 / args.temperature)
    settings = SentenceTransformerTrainingArguments(
        output_dir=str(args.out / "checkpoints"),
        num_train_epochs=args.epochs,
        max_steps=args.max_steps,
        per_device_train_batch_size=args.batch_size,
        learning_rate=args.lr,
        warmup_steps=0.1,
        bf16=torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        logging_steps=10,
        save_strategy="no",
        report_to="none",
        seed=args.seed,
    )
    SentenceTransformerTrainer(model=base, args=settings, train_dataset=Dataset.from_list(data), loss=loss).train()
    return base


def cosine(one, other):
    import torch

    return torch.nn.functional.cosine_similarity(one, other)
`

export const sentenceTransformers: Trainer = {
  ...RLHN,
  title: 'sentence-transformers',
  packages: ['sentence-transformers[train]>=6'],
  python: '3.10',
  settings: {
    ...RLHN.settings,
    pooling: ['own', "own: the model's; or mean, cls, last"],
    chunk: [0, 'texts encoded at once, to spare memory (GradCache); 0: the whole batch'],
    ...DISTILLING,
  },
  about:
    'Every positive becomes an example of its own. The same number of negatives is taken for each: further ones are left out at random, missing ones drawn a second time.',
  code: CODE,
}
