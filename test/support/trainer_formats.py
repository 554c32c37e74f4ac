"""Loads rows with a trainer's own loader and prints them as [query, [positive], [negative]], sorted.

    python trainer_formats.py TRAINER FOLDER
"""

import contextlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace

trainer, folder = sys.argv[1], Path(sys.argv[2])


def grouped(records):
    """Brings records of (query, positives, negatives) together by their queries."""
    rows = {}
    for query, positives, negatives in records:
        row = rows.setdefault(query, (set(), set()))
        row[0].update(positives)
        row[1].update(negatives)
    return sorted([query, sorted(positives), sorted(negatives)] for query, (positives, negatives) in rows.items())


def sentence_transformers():
    from datasets import load_dataset, load_from_disk

    def columns(dataset, wanted):
        # Its losses go by the order of columns; a column more would be a text more.
        assert dataset.column_names == wanted, dataset.column_names
        return dataset

    for ending, loader in (("jsonl", "json"), ("parquet", "parquet"), ("csv", "csv")):
        def load(name):
            return load_dataset(loader, data_files=str(folder / f"{name}.{ending}"), split="train", cache_dir=str(folder / "cache"))

        data = columns(load("st-triplet"), ["query", "positive", "negative"])
        yield f"st-triplet.{ending}", [(row["query"], [row["positive"]], [row["negative"]]) for row in data]
        data = columns(load("st-n-tuple"), ["query", "positive", "negative_1", "negative_2"])
        yield f"st-n-tuple.{ending}", [(row["query"], [row["positive"]], [row["negative_1"], row["negative_2"]]) for row in data]
        data = columns(load("st-labeled-pair"), ["query", "passage", "label"])
        pairs = [(row["query"], [row["passage"]] * row["label"], [row["passage"]] * (1 - row["label"])) for row in data]
        yield f"st-labeled-pair.{ending}", pairs
    for name, data in (
        ("st-labeled-list.jsonl", load_dataset("json", data_files=str(folder / "st-labeled-list.jsonl"), split="train", cache_dir=str(folder / "cache"))),
        ("st-labeled-list (arrow)", load_from_disk(str(folder / "st-labeled-list.saved"))),
        ("st-labeled-list (folder)", load_dataset(str(folder / "st-labeled-list"), split="train", cache_dir=str(folder / "cache"))),
    ):
        data = columns(data, ["query", "docs", "labels"])
        sides = lambda row, label: [doc for doc, is_relevant in zip(row["docs"], row["labels"]) if is_relevant == label]
        yield name, [(row["query"], sides(row, 1), sides(row, 0)) for row in data]


def flagembedding():
    from FlagEmbedding.abc.finetune.embedder import AbsEmbedderDataArguments
    from FlagEmbedding.abc.finetune.embedder.AbsDataset import AbsEmbedderTrainDataset

    args = AbsEmbedderDataArguments(train_data=[str(folder / "bge.jsonl")], train_group_size=3, cache_path=str(folder / "cache"))
    data = AbsEmbedderTrainDataset(args, None)
    for at in range(len(data)):
        data[at]
    yield "bge.jsonl", [(row["query"], row["pos"], row["neg"]) for row in data.dataset]


def tevatron():
    from datasets import load_from_disk
    from tevatron.retriever.arguments import DataArguments
    from tevatron.retriever.dataset import TrainDataset

    step = SimpleNamespace(state=SimpleNamespace(epoch=0), args=SimpleNamespace(seed=1))

    def load(**arguments):
        return TrainDataset(DataArguments(dataset_cache_dir=str(folder / "cache"), train_group_size=3, encode_text=True, **arguments), step)

    data = load(dataset_name="json", dataset_path=str(folder / "tevatron.jsonl"))
    for at in range(len(data)):
        data[at]
    texts = lambda nodes: [node["text"] for node in nodes]
    yield "tevatron.jsonl", [(row["query"], texts(row["positive_passages"]), texts(row["negative_passages"])) for row in data.train_data]
    data = load(
        dataset_name="json",
        dataset_path=str(folder / "tevatron-v2.jsonl"),
        corpus_name="json",
        corpus_path=str(folder / "tevatron-v2.corpus.jsonl"),
    )
    for at in range(len(data)):
        data[at]
    behind = lambda ids: [data._get_info_from_docid(docid, "")[0] for docid in ids]
    yield "tevatron-v2.jsonl", [
        (row["query_text"], behind(row["positive_document_ids"]), behind(row["negative_document_ids"])) for row in data.train_data
    ]
    scored = load_from_disk(str(folder / "tevatron-scored"))
    assert all(len(row["passages"]) == len(row["scores"]) for row in scored)
    yield "tevatron-scored", [(row["query"], texts(row["passages"][:1]), texts(row["passages"][1:])) for row in scored]


def ms_swift():
    from swift.dataset import load_dataset

    content = lambda lists: [messages[-1]["content"] for messages in lists or []]
    for name in ("ms-swift", "ms-swift-reranker"):
        data, _ = load_dataset([str(folder / f"{name}.jsonl")], load_from_cache_file=False)
        yield f"{name}.jsonl", [
            (row["messages"][-1]["content"], content(row["positive_messages"]), content(row["negative_messages"])) for row in data
        ]
    data, _ = load_dataset([str(folder / "ms-swift-pair.jsonl")], load_from_cache_file=False)
    pairs = []
    for row in data:
        passage = content(row["positive_messages"])
        pairs.append((row["messages"][-1]["content"], passage if row["label"] == 1 else [], passage if row["label"] == 0 else []))
    yield "ms-swift-pair.jsonl", pairs


def automodel():
    from nemo_automodel.components.datasets.llm import retrieval_dataset, retrieval_dataset_inline

    data, _ = retrieval_dataset_inline.load_datasets(str(folder / "nemo-inline.jsonl"))
    texts = lambda nodes: [node["text"] for node in nodes]
    yield "nemo-inline.jsonl", [(row["question"], texts(row["pos_doc"]), texts(row["neg_doc"])) for row in data]
    data, corpora = retrieval_dataset.load_datasets(str(folder / "nemo.json"))
    behind = lambda row, name: [corpora[row["corpus_id"]].get_document_by_id(node["id"])["text"] for node in row[name]]
    yield "nemo.json", [(row["question"], behind(row, "pos_doc"), behind(row, "neg_doc")) for row in data]


loaders = {
    "st": sentence_transformers,
    "flagembedding": flagembedding,
    "tevatron": tevatron,
    "ms-swift": ms_swift,
    "automodel": automodel,
}
with contextlib.redirect_stdout(sys.stderr):
    loaded = {name: grouped(records) for name, records in loaders[trainer]()}
print(json.dumps(loaded))
