"""Gives small files to a trainer's own loader, collator and loss, and prints what came of each.

    python lint_trainers.py TRAINER FOLDER < cases.json

A case has an id, a loss, the records of a file, and settings; the answer has, by id, `error`, or what the trainer read.
"""

import contextlib
import json
import logging
import math
import os
import random
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

trainer, folder = sys.argv[1], Path(sys.argv[2])


def file_of(case):
    path = folder / case["id"] / case.get("file", "rows.jsonl")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in case["records"]) + case.get("after", ""))
    return str(path)


def table(case, **options):
    from datasets import load_dataset

    data = load_dataset("json", data_files=file_of(case), split="train", cache_dir=str(folder / "cache"), **options)
    return data


def rounded(value):
    return None if value is None else round(float(value), 4)


def datasets_loader(case):
    data = table(case, **({"chunksize": case["chunk"]} if "chunk" in case else {}))
    return {"columns": data.column_names, "rows": data.to_list(), "types": {name: str(kind) for name, kind in data.features.items()}}


_tiny = {}


def tiny_model():
    """An untrained BERT of two layers."""
    if "path" not in _tiny:
        import subprocess

        target = folder / "tiny"
        if not (target / "bert").exists():
            subprocess.run([sys.executable, str(Path(__file__).parent / "tiny_models.py"), str(target)], check=True, capture_output=True)
        _tiny["path"] = str(target / "bert")
    return _tiny["path"]


def sentence_transformers(case):
    import torch
    from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer
    from sentence_transformers.sentence_transformer import losses
    from sentence_transformers.sentence_transformer.data_collator import SentenceTransformerDataCollator

    model = _tiny.setdefault("st", SentenceTransformer(tiny_model(), device="cpu"))
    data = table(case)
    SentenceTransformerTrainer.validate_column_names(SimpleNamespace(), data)
    seen = []

    def preprocess(inputs, **options):
        seen.append(list(inputs))
        return model.preprocess(inputs, **options)

    classes = {
        "mnrl": losses.MultipleNegativesRankingLoss,
        "cached-mnrl": losses.CachedMultipleNegativesRankingLoss,
        "gist": lambda model: losses.GISTEmbedLoss(model, guide=model),
        "triplet": losses.TripletLoss,
        "cosent": losses.CoSENTLoss,
        "angle": losses.AnglELoss,
        "cosine-similarity": losses.CosineSimilarityLoss,
        "contrastive": losses.ContrastiveLoss,
        "online-contrastive": losses.OnlineContrastiveLoss,
        "softmax": lambda model: losses.SoftmaxLoss(model, model.get_embedding_dimension(), num_labels=3),
        "margin-mse": losses.MarginMSELoss,
        "distill-kl": losses.DistillKLDivLoss,
    }
    batch = SentenceTransformerDataCollator(preprocess_fn=preprocess)([data[at] for at in range(len(data))])
    features, labels = SentenceTransformerTrainer.collect_features(None, batch)
    tokens = [feature["attention_mask"].sum(dim=1).tolist() for feature in features]
    torch.manual_seed(0)
    model.eval()
    loss = classes[case["loss"]](model)(features, labels)
    return {"columns": seen, "tokens": tokens, "labels": None if labels is None else labels.tolist(), "loss": rounded(loss)}


def cross_encoder(case):
    import torch
    from sentence_transformers import CrossEncoder
    from sentence_transformers.cross_encoder import losses
    from sentence_transformers.cross_encoder.data_collator import CrossEncoderDataCollator
    from sentence_transformers.cross_encoder.trainer import CrossEncoderTrainer

    model = _tiny.setdefault("ce", CrossEncoder(tiny_model(), num_labels=1, device="cpu"))
    data = table(case)
    CrossEncoderTrainer.validate_column_names(SimpleNamespace(), data)
    classes = {
        "bce": losses.BinaryCrossEntropyLoss,
        "mse": losses.MSELoss,
        "mnrl": losses.MultipleNegativesRankingLoss,
        "cached-mnrl": losses.CachedMultipleNegativesRankingLoss,
        "margin-mse": losses.MarginMSELoss,
        "lambda": losses.LambdaLoss,
        "listnet": losses.ListNetLoss,
        "ranknet": losses.RankNetLoss,
    }
    if case["loss"] == "cross-entropy":
        model = _tiny.setdefault("ce3", CrossEncoder(tiny_model(), num_labels=3, device="cpu"))
        classes["cross-entropy"] = losses.CrossEntropyLoss
    batch = CrossEncoderDataCollator(preprocess_fn=model.preprocess)([data[at] for at in range(len(data))])
    features, labels = CrossEncoderTrainer.collect_features(None, batch)
    torch.manual_seed(0)
    loss = classes[case["loss"]](model)(features, labels)
    return {"columns": features, "labels": str(labels), "loss": rounded(loss)}


def flagembedding(case):
    from FlagEmbedding.abc.finetune.embedder import AbsEmbedderDataArguments
    from FlagEmbedding.abc.finetune.embedder import AbsDataset as embedder
    from FlagEmbedding.abc.finetune.reranker import AbsRerankerDataArguments
    from FlagEmbedding.abc.finetune.reranker import AbsDataset as reranker
    from transformers import AutoTokenizer

    tokenizer = _tiny.setdefault("tokenizer", AutoTokenizer.from_pretrained(tiny_model()))
    settings = {"train_group_size": 3, "cache_path": str(folder / "cache"), **case.get("settings", {})}
    path = file_of(case)
    if case["loss"] == "reranker":
        args = AbsRerankerDataArguments(train_data=[path], **settings)
        data = reranker.AbsRerankerTrainDataset(args, tokenizer)
        rows = [data[at] for at in range(len(data))]
        return {"rows": [tokenizer.batch_decode([item["input_ids"] for item in items]) for items, _scores in rows]}
    args = AbsEmbedderDataArguments(train_data=[path], knowledge_distillation=case["loss"] == "distill", **settings)
    if case.get("same"):
        data = embedder.AbsEmbedderSameDatasetTrainDataset(args, len(case["records"]), 0, tokenizer)
        queries, passages, scores, _flag = data[0]
        return {"rows": [queries, passages, scores]}
    data = embedder.AbsEmbedderTrainDataset(args, tokenizer)
    rows = [data[at] for at in range(len(data))]
    embedder.AbsEmbedderCollator(tokenizer, return_tensors="pt")(rows)
    return {"rows": rows}


def tevatron(case):
    import torch
    from transformers import AutoTokenizer
    from tevatron.retriever import collator, dataset
    from tevatron.retriever.arguments import DataArguments

    tokenizer = _tiny.setdefault("tokenizer", AutoTokenizer.from_pretrained(tiny_model()))
    step = SimpleNamespace(state=SimpleNamespace(epoch=0), args=SimpleNamespace(seed=1))
    settings = {"train_group_size": 3, "dataset_cache_dir": str(folder / "cache"), "dataset_name": "json", "dataset_path": file_of(case)}
    if "corpus" in case:
        corpus = folder / case["id"] / "corpus.jsonl"
        corpus.write_text("".join(json.dumps(record) + "\n" for record in case["corpus"]))
        settings.update(corpus_name="json", corpus_path=str(corpus))
    if case["loss"] == "reranker":
        from tevatron.reranker.arguments import DataArguments as RerankerArguments
        from tevatron.reranker.dataset import RerankerTrainDataset

        data = RerankerTrainDataset(RerankerArguments(**settings), step)
        return {"rows": [data[at] for at in range(len(data))]}
    args = DataArguments(encode_text=True, **settings)
    if case["loss"] == "distil":
        data = dataset.DistilTrainDataset(args, step)
        rows = [data[at] for at in range(len(data))]
        torch.tensor([row[2] for row in rows])
        return {"rows": [[row[0][0], [text for text, *_more in row[1]], row[2]] for row in rows]}
    data = dataset.TrainDataset(args, step)
    rows = [data[at] for at in range(len(data))]
    collator.TrainCollator(args, tokenizer)(rows)
    return {"rows": [[row[0][0], [text for text, *_more in row[1]]] for row in rows]}


def ms_swift(case):
    import torch
    from swift.dataset import load_dataset
    from swift.loss.mapping import loss_map
    from swift.template.base import Template
    from swift.template.template_inputs import TemplateInputs

    data, _ = load_dataset([file_of(case)], load_from_cache_file=False)
    rows = list(data)
    is_reranker = "reranker" in case["loss"]

    # Stands in for a tokenizer and its padding: what the template was given is the text of each message.
    def encode(inputs):
        return {"input_ids": [message["content"] for message in inputs.messages], "length": len(inputs.messages)}

    template = SimpleNamespace(is_training=True, _encode_truncated=encode)
    template._fetch_inputs_startswith = lambda batch, prefix: Template._fetch_inputs_startswith(batch, prefix)
    template._data_collator = lambda batch, padding_to=None: {"texts": [item["input_ids"] for item in batch]}
    encoded, lost = [], []
    for row in rows:
        # As LLMDataset and LazyLLMDataset do: a row that cannot be encoded is left out.
        try:
            inputs = TemplateInputs.from_dict(row)
            encoded.append((Template._reranker_encode if is_reranker else Template._embedding_encode)(template, inputs))
        except Exception as error:
            lost.append(f"{type(error).__name__}: {error}")
    answer = {"read": len(case["records"]), "loaded": len(rows), "encoded": len(encoded), "lost": lost, "columns": data.column_names}
    if not encoded:
        return answer
    collate = Template._reranker_data_collator if is_reranker else Template._embedding_data_collator
    batch = collate(template, [dict(each) for each in encoded])
    answer.update(texts=batch["texts"], labels=batch["labels"].tolist())
    names = {"pointwise-reranker": "pointwise_reranker", "listwise-reranker": "listwise_reranker"}
    if case["loss"] == "generative-reranker":
        return answer
    torch.manual_seed(0)
    loss = loss_map[names.get(case["loss"], case["loss"].replace("-", "_"))](SimpleNamespace(), SimpleNamespace())
    count = len(batch["texts"])
    if is_reranker:
        outputs = SimpleNamespace(logits=torch.randn(count, 1))
    else:
        outputs = {"last_hidden_state": torch.nn.functional.normalize(torch.randn(count, 8), dim=1)}
    try:
        answer["loss"] = rounded(loss(outputs, batch["labels"]))
    except Exception as error:
        answer["lossError"] = f"{type(error).__name__}: {error}"
    return answer


def automodel(case):
    from nemo_automodel.components.datasets.llm import retrieval_dataset_inline

    data, _ = retrieval_dataset_inline.load_datasets(file_of(case))
    size = case.get("settings", {}).get("negatives", 2)
    transform = retrieval_dataset_inline._retrieval_transform_func
    rows = transform(data[: len(data)], size, {})
    return {"rows": [[question, texts] for question, texts in zip(rows["question"], rows["doc_text"])]}


RUNNERS = {
    "datasets": datasets_loader,
    "sentence-transformers": sentence_transformers,
    "cross-encoder": cross_encoder,
    "flagembedding": flagembedding,
    "tevatron": tevatron,
    "ms-swift": ms_swift,
    "automodel": automodel,
}


def main():
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    answers = {}
    with contextlib.redirect_stdout(sys.stderr):
        for case in json.load(sys.stdin):
            random.seed(0)
            try:
                answers[case["id"]] = RUNNERS[case.get("runner", trainer)](case)
            except Exception as error:
                cause = error
                while cause.__cause__ is not None:
                    cause = cause.__cause__
                answers[case["id"]] = {"error": f"{type(error).__name__}: {error}", "cause": f"{type(cause).__name__}: {cause}"}
    print(json.dumps(answers, default=str))


main()
