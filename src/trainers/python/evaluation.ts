// The Python by which every training script measures a model before and after training, and says in plain words what came of it.

/** Who is held out, what is searched, and nDCG@10 of every query. */
export const EVALUATION = String.raw`
def fold(text):
    return " ".join(text.lower().split())


def place(text):
    """A number from 0 to 1 that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


@dataclass
class Evaluation:
    """Texts by id, and for each query the grades of its relevant documents."""

    about: str
    queries: dict
    documents: dict
    grades: dict


def hold_out(rows, args):
    """Splits off whole queries by their hash: the same ones whatever else is in the file."""
    queries = sorted({fold(row.query) for row in rows}, key=place)
    if len(queries) < 2:
        raise SystemExit("All rows have the same query. Nothing can be held out: give a test collection with --eval DIR.")
    held = {query for query in queries[: args.most_held_out] if place(query) < args.held_out} or set(queries[:1])
    training = [row for row in rows if fold(row.query) not in held]
    documents, grades = {}, {}
    for row in rows:
        if fold(row.query) in held:
            documents.update({passage.text: passage.text for passage in row.positives + row.negatives})
            grades.setdefault(fold(row.query), {}).update({passage.text: 1 for passage in row.positives})
    others = sorted({passage.text for row in training for passage in row.positives + row.negatives}, key=place)
    documents.update({text: text for text in others[: args.most_documents]})
    texts = {fold(row.query): row.query for row in rows if fold(row.query) in held}
    about = f"{len(held):,} queries held out of the rows, {len(documents):,} passages of the rows"
    return training, Evaluation(about, texts, documents, grades)


def read_collection(folder, split):
    """Reads a test collection in the form of BEIR: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv."""
    paths = [folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels" / f"{split}.tsv"]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise SystemExit(f"--eval {folder}: not found: {', '.join(missing)}. Give a folder in the form of BEIR, and its --split.")
    documents, queries, grades = {}, {}, {}
    for path, texts in ((paths[0], documents), (paths[1], queries)):
        for line in path.open(encoding="utf-8"):
            node = json.loads(line)
            texts[node["_id"]] = f"{node.get('title') or ''} {node['text']}".strip()
    for line in list(paths[2].open(encoding="utf-8"))[1:]:
        query, document, grade = line.rstrip("\n").split("\t")
        if int(grade) > 0:
            grades.setdefault(query, {})[document] = int(grade)
    queries = {query: queries[query] for query in grades if query in queries}
    if not queries:
        raise SystemExit(f"{paths[2]} has no query that {paths[1]} knows.")
    return Evaluation(f"{len(queries):,} queries of {folder} ({split}), {len(documents):,} documents", queries, documents, grades)


POOLINGS = {"mean": "mean", "cls": "cls", "last": "lasttoken"}


def open_model(path, args):
    """Opens a folder or a model of the Hugging Face hub, with the pooling that is trained."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules

    if args.pooling == "own":
        model = SentenceTransformer(str(path))
    else:
        transformer = modules.Transformer(str(path))
        pooling = modules.Pooling(transformer.get_embedding_dimension(), pooling_mode=POOLINGS[args.pooling])
        model = SentenceTransformer(modules=[transformer, pooling, modules.Normalize()])
    model.max_seq_length = min(args.max_length, model.max_seq_length or args.max_length)
    return model


def measure(model, evaluation, args):
    """Returns nDCG@10 of every query, documents ranked by cosine."""
    import numpy as np

    queries, documents = list(evaluation.queries), list(evaluation.documents)

    def embed(texts, prefix):
        return model.encode([prefix + text for text in texts], batch_size=64, normalize_embeddings=True)

    vectors = embed(evaluation.documents.values(), args.passage_prefix)
    asked = embed(evaluation.queries.values(), args.query_prefix)
    figures = []
    for query, vector in zip(queries, asked):
        best = np.argsort(-(vectors @ vector), kind="stable")[:11]
        # A document that is the query itself does not count, as in BEIR.
        ranked = [documents[at] for at in best if documents[at] != query][:10]
        grades = evaluation.grades[query]
        gain = sum(grades.get(document, 0) / np.log2(rank + 2) for rank, document in enumerate(ranked))
        ideal = sorted(grades.values(), reverse=True)[:10]
        figures.append(gain / sum(grade / np.log2(rank + 2) for rank, grade in enumerate(ideal)))
    return np.array(figures)


def verdict(before, after, evaluation, args):
    """Prints both figures, their difference with its interval, and what follows; returns them as a record."""
    import numpy as np

    difference = after - before
    draws = np.random.default_rng(0).integers(0, len(difference), (10_000, len(difference)))
    low, high = np.percentile(difference[draws].mean(axis=1), [2.5, 97.5])
    better, worse = int((difference > 0).sum()), int((difference < 0).sum())
    if low > 0:
        words = "Training helped."
    elif high < 0:
        words = "Training hurt: do not use this model. Try fewer epochs or a lower --lr, and look at the rows with winnow doctor."
    else:
        words = f"No difference that {len(difference):,} queries can show. Measure on more of them with --eval DIR."
    print(f"\nnDCG@10 on {evaluation.about}")
    print(f"  before training  {before.mean():.4f}")
    print(f"  after training   {after.mean():.4f}")
    print(f"  difference       {difference.mean():+.4f}, 95% interval {low:+.4f} to {high:+.4f} (bootstrap over queries)")
    print(f"  {several(better, 'query', 'queries')} better, {worse:,} worse, {len(difference) - better - worse:,} the same")
    print(words)
    if len(difference) < 30:
        print(f"An interval from {len(difference)} queries is a rough one.")
    if args.eval is None:
        print("The held-out queries have the labels of this file, with its faults. A test collection is a better judge: --eval DIR.")
    return {
        "measure": "nDCG@10",
        "on": evaluation.about,
        "before": float(before.mean()),
        "after": float(after.mean()),
        "difference": float(difference.mean()),
        "interval95": [float(low), float(high)],
        "queries": len(difference),
        "verdict": words,
    }
`
