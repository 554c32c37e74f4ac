// The Python around every trainer: what it says of the rows, its options, and the order baseline, training, verdict.

/** Choosing negatives, and telling what a trainer does with the rows. */
export const CHOOSING = String.raw`
def several(number, one, many=None):
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def mined_then_generated(negatives):
    return sorted(negatives, key=lambda passage: passage.origin == "generated")


def fill_empty(rows, args):
    """Gives rows without negatives some passages of other rows, and says so; every trainer here needs one at least."""
    empty = [row for row in rows if not row.negatives]
    if not empty:
        return
    known = {}
    for row in rows:
        known.setdefault(fold(row.query), set()).update(passage.text for passage in row.positives)
    texts = sorted({passage.text for row in rows for passage in row.positives + row.negatives}, key=place)
    draw = random.Random(args.seed)
    for row in empty:
        others = [text for text in draw.sample(texts, min(len(texts), 10 * args.negatives)) if text not in known[fold(row.query)]]
        row.negatives = [Passage(text) for text in others[: args.negatives]]
        if not row.negatives:
            raise SystemExit("A row has no negatives, and no other row has a passage to draw as one: add rows.")
    print(f"  {several(len(empty), 'row')} without negatives: random passages of other rows take their place")


def exactly(negatives, count, draw):
    """Returns exactly so many negatives, mined before generated, and how many of them had to be drawn a second time."""
    chosen = draw.sample(negatives, count) if len(negatives) > count else list(negatives)
    again = count - len(chosen)
    return mined_then_generated(chosen + draw.choices(negatives, k=again)), again


def merged(rows):
    """Makes one row of those with the same query; what is a positive of one of them is no negative of another."""
    together = {}
    for row in rows:
        together.setdefault(fold(row.query), []).append(row)
    if len(together) < len(rows):
        print(f"  {several(len(rows) - len(together), 'row')} of a query that has one already: made one with it")
    unique = lambda passages: list({passage.text: passage for passage in reversed(passages)}.values())[::-1]
    result = []
    for group in together.values():
        positives = unique([passage for row in group for passage in row.positives])
        texts = {passage.text for passage in positives}
        negatives = unique([passage for row in group for passage in row.negatives if passage.text not in texts])
        result.append(Row(group[0].query, positives, negatives, group[0].before))
    return result


def describe(rows):
    positives = sum(len(row.positives) for row in rows)
    counts = sorted(len(row.negatives) for row in rows)
    generated = sum(passage.origin == "generated" for row in rows for passage in row.negatives)
    queries = len({fold(row.query) for row in rows})
    print(f"Training on {several(len(rows), 'row')} of {several(queries, 'query', 'queries')}")
    print(f"  {several(positives, 'positive')}; {several(sum(len(row.positives) > 1 for row in rows), 'row')} with more than one")
    print(f"  {several(sum(counts), 'negative')}, {counts[0]} to {counts[-1]} a row", end="")
    print(f"; {generated:,} of them written by a model" if generated else "")


def without_scores(rows):
    """How many rows have a passage without a score: a teacher scores all of a row."""
    return sum(any(passage.score is None for passage in row.positives + row.negatives) for row in rows)


def teacher_scores(rows, args):
    """Returns whether to learn from the scores of the rows. Stops if that was asked for and some are missing."""
    missing = without_scores(rows)
    if args.distill and missing:
        raise SystemExit(
            f"--distill needs a score for every passage; {several(missing, 'row')} of {len(rows):,} lack one. "
            "Write scores with winnow clean --write-scores --unscored drop, or leave --distill out."
        )
    if not missing and not args.distill:
        print("  every passage has a score; --distill learns from them, if they are those of a good teacher")
    return args.distill
`

/** The options that every script has, and the order of its work. */
export const MAIN = String.raw`
def number(text):
    return int(text) if text.lstrip("-").isdigit() else float(text)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--model", default=MODEL, help=f"base model: a folder or a name on the Hugging Face hub (default: {MODEL})")
    add("--out", type=Path, default=OUT, help=f"folder for the trained model (default: {OUT.name} beside this script)")
    add("--rows", type=Path, default=ROWS, help=f"rows in the same format (default: {ROWS.name} beside this script)")
    add("--eval", type=Path, metavar="DIR", help="test collection in the form of BEIR (default: queries held out of the rows)")
    add("--split", default="test", help="split of the test collection (default: test)")
    add("--held-out", type=float, default=0.1, metavar="SHARE", help="share of the queries to hold out (default: 0.1)")
    add("--most-held-out", type=int, default=500, metavar="N", help="at most so many (default: 500)")
    add("--most-documents", type=int, default=10_000, metavar="N", help="further passages to search (default: 10000)")
    for name, (default, what) in SETTINGS.items():
        flag = "--" + name.replace("_", "-")
        if isinstance(default, bool):
            add(flag, action="store_true", help=what)
        else:
            add(flag, type=str if isinstance(default, str) else number, default=default, help=f"{what} (default: {default!r})")
    add("--max-steps", type=int, default=-1, metavar="N", help="stop after N steps, to try the script")
    add("--seed", type=int, default=42, help="random seed (default: 42)")
    add("--dry-run", action="store_true", help="say what would be trained on, and stop")
    return parser.parse_args()


def main():
    args = options()
    leads = os.environ.get("RANK", "0") == "0"
    if not leads:
        sys.stdout = open(os.devnull, "w")
    if args.out.exists() and any(args.out.iterdir()) and not args.dry_run:
        raise SystemExit(f"{args.out} is not empty. Give another folder with --out, or delete it.")
    rows = read_rows(args.rows)
    if args.eval:
        evaluation = read_collection(args.eval, args.split)
    else:
        rows, evaluation = hold_out(rows, args)
    describe(rows)
    rows = merged(rows)
    fill_empty(rows, args)
    data = prepare(rows, args)
    print(f"Measured on {evaluation.about}", flush=True)
    if args.dry_run:
        return
    base = open_model(args.model, args)
    before = measure(base, evaluation, args)
    print(f"Before training: nDCG@10 {before.mean():.4f}", flush=True)
    model = train(base, data, args)
    after = measure(model, evaluation, args)
    record = verdict(before, after, evaluation, args)
    if not leads:
        return
    model.save_pretrained(str(args.out))
    (args.out / "verdict.json").write_text(json.dumps(record, indent=2) + "\n")
    print(f"The model is in {args.out}, the figures in {args.out / 'verdict.json'}. Load it with SentenceTransformer({str(args.out)!r}).")


if __name__ == "__main__":
    main()
`
