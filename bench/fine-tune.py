"""Fine-tunes a transformer encoder on rows on a GPU and measures it, to check that results of the small encoder hold for a real one.

usage: fine-tune.py ARM ... --model FOLDER --eval BEIR_FOLDER:SPLIT --out RESULTS.jsonl [--seeds 1 2 3] [--epochs 5] [--learning-rate 5e-5]
An ARM is NAME=ROWS.jsonl[,TERM,WEIGHT], with {seed} in the path if every seed has its own rows; TERM is `entropy` or `match`, added to
InfoNCE as described in docs/losses.md. Rows are in the bge or tevatron format. Writes one line per arm and seed: nDCG@10 of every query,
and over the training rows the within-query AUC of telling generated from mined negatives by similarity, the share of dead generated ones
and the ratio of their softmax mass.
"""
import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer

BATCH, NEGATIVES, GENERATED, TEMPERATURE, ENTROPY_TEMPERATURE = 64, 7, 3, 0.05, 0.1
MAX_TOKENS = 256


def lines_of(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def text_of(passage):
    return " ".join(part for part in (passage.get("title", ""), passage.get("text", "")) if part).strip()


def row_of(columns):
    """Returns the query, the positives, and the negatives by whether a model wrote them."""
    if "pos" in columns:
        origins = columns.get("neg_origins") or [None] * len(columns["neg"])
        positives, negatives = columns["pos"], list(zip(columns["neg"], origins))
    else:
        positives = [text_of(passage) for passage in columns["positive_passages"]]
        negatives = [(text_of(passage), passage.get("origin")) for passage in columns["negative_passages"]]
    return {
        "query": columns["query"],
        "positives": positives,
        "mined": [text for text, origin in negatives if origin != "generated"],
        "generated": [text for text, origin in negatives if origin == "generated"],
    }


class Encoder:
    def __init__(self, folder):
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder).float().cuda()

    def vectors(self, texts):
        tokens = self.tokenizer(texts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt").to("cuda")
        with torch.autocast("cuda", dtype=torch.bfloat16):
            states = self.model(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1).float()
        pooled = (states.float() * mask).sum(1) / mask.sum(1).clamp(min=1)
        return torch.nn.functional.normalize(pooled, dim=-1)

    @torch.no_grad()
    def all_vectors(self, texts):
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        found = torch.empty(len(texts), self.model.config.hidden_size, device="cuda")
        for start in range(0, len(order), 512):
            chosen = order[start : start + 512]
            found[torch.tensor(chosen, device="cuda")] = self.vectors([texts[at] for at in chosen])
        return found


def term_of(name, similarity, mined, generated):
    """Returns one query's auxiliary loss; gradient flows to the generated passages alone."""
    if name == "entropy":
        shares = torch.softmax(torch.cat([similarity[mined].detach(), similarity[generated]]) / ENTROPY_TEMPERATURE, 0)
        part = shares[len(mined) :]
        mass = part.sum()
        within = part / mass
        entropy = -(within * within.clamp(min=1e-30).log()).sum()
        return -entropy + (mass - len(generated) / (len(mined) + len(generated))) ** 2
    ordered, _ = torch.sort(similarity[generated])
    levels = (torch.arange(len(generated), device="cuda") + 0.5) / len(generated)
    return ((ordered - torch.quantile(similarity[mined].detach(), levels)) ** 2).mean()


def loss_of(encoder, rows, draw, term, weight):
    texts, columns, known = [], {}, []

    def column(text):
        if text not in columns:
            columns[text] = len(texts)
            texts.append(text)
        return columns[text]

    drawn = []
    for row in rows:
        drawn.append(
            {
                "positive": column(draw.choice(row["positives"])),
                "mined": [column(text) for text in draw.sample(row["mined"], min(NEGATIVES, len(row["mined"])))],
                "generated": [column(text) for text in draw.sample(row["generated"], min(GENERATED, len(row["generated"])))],
            }
        )
    for row in rows:
        known.append([columns[text] for text in row["positives"] if text in columns])
    queries = encoder.vectors([row["query"] for row in rows])
    passages = encoder.vectors(texts)
    scores = queries @ passages.T
    masked = torch.zeros_like(scores, dtype=torch.bool)
    for at, columns_known in enumerate(known):
        masked[at, columns_known] = True
        masked[at, drawn[at]["positive"]] = False
    targets = torch.tensor([each["positive"] for each in drawn], device="cuda")
    total = torch.nn.functional.cross_entropy(scores.masked_fill(masked, -math.inf) / TEMPERATURE, targets)
    if term is None:
        return total
    one_sided = queries.detach() @ passages.T
    parts = [
        term_of(term, one_sided[at], each["mined"], each["generated"])
        for at, each in enumerate(drawn)
        if each["generated"] and each["mined"]
    ]
    return total + weight * torch.stack(parts).mean() if parts else total


def train(encoder, rows, seed, epochs, rate, term, weight):
    draw = random.Random(seed)
    optimiser = torch.optim.AdamW(encoder.model.parameters(), lr=rate, weight_decay=0.01)
    steps = math.ceil(len(rows) / BATCH) * epochs
    warm = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, (steps - step) / max(1, steps - warm))
    )
    encoder.model.train()
    for _ in range(epochs):
        order = rows[:]
        draw.shuffle(order)
        for start in range(0, len(order), BATCH):
            loss = loss_of(encoder, order[start : start + BATCH], draw, term, weight)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(encoder.model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    encoder.model.eval()


def measured(encoder, collection):
    scores = encoder.all_vectors(collection["queries"]) @ encoder.all_vectors(collection["documents"]).T
    best = scores.topk(10, dim=1).indices.tolist()
    found = []
    for at, ranking in enumerate(best):
        grades = collection["grades"][at]
        gain = sum(grades.get(document, 0) / math.log2(place + 2) for place, document in enumerate(ranking))
        ideal = sum(grade / math.log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:10]))
        found.append(gain / ideal)
    return found


def shortcut(encoder, rows):
    """Returns within-query AUC (generated above mined), share of dead generated negatives, softmax mass of generated against mined."""
    areas, dead, total, ratios = [], 0, 0, []
    for row in rows:
        if not row["mined"] or not row["generated"]:
            continue
        vectors = encoder.all_vectors([row["query"], *row["mined"], *row["generated"]])
        similarity = vectors[1:] @ vectors[0]
        mined, generated = similarity[: len(row["mined"])], similarity[len(row["mined"]) :]
        above = (generated[:, None] > mined[None]).float() + 0.5 * (generated[:, None] == mined[None]).float()
        areas.append(above.mean().item())
        shares = torch.softmax(similarity / TEMPERATURE, 0)[len(row["mined"]) :]
        dead += (shares < 0.1 / len(similarity)).sum().item()
        total += len(generated)
        ratios.append((shares.sum() / (1 - shares.sum()).clamp(min=1e-9)).item())
    if not areas:
        return {}
    return {"auc": sum(areas) / len(areas), "dead": dead / total, "mass": sorted(ratios)[len(ratios) // 2]}


def collection_of(name):
    folder, split = name.rsplit(":", 1)
    folder = Path(folder)
    documents = {line["_id"]: text_of(line) for line in lines_of(folder / "corpus.jsonl")}
    texts = {line["_id"]: line["text"] for line in lines_of(folder / "queries.jsonl")}
    places = {document: at for at, document in enumerate(documents)}
    grades = {}
    for line in (folder / "qrels" / f"{split}.tsv").read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            grades.setdefault(query, {})[places[document]] = int(grade)
    return {
        "documents": list(documents.values()),
        "queries": [texts[query] for query in grades],
        "grades": list(grades.values()),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--eval", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--learning-rate", type=float, default=5e-5)
    parser.add_argument("arms", nargs="+")
    given = parser.parse_args()
    collection = collection_of(given.eval)
    done = {(line["arm"], line["seed"]) for line in lines_of(given.out)} if Path(given.out).exists() else set()
    for seed in given.seeds:
        for arm in given.arms:
            name, rest = arm.split("=", 1)
            path, term, weight = (rest.split(",") + [None, "0"])[:3]
            if (name, seed) in done:
                continue
            started = time.time()
            torch.manual_seed(seed)
            rows = [row_of(columns) for columns in lines_of(path.replace("{seed}", str(seed)))]
            encoder = Encoder(given.model)
            if given.epochs > 0:
                train(encoder, rows, seed, given.epochs, given.learning_rate, term, float(weight))
            values = measured(encoder, collection)
            result = {"arm": name, "seed": seed, "ndcg": sum(values) / len(values), **shortcut(encoder, rows)}
            result["seconds"] = time.time() - started
            print(json.dumps(result), flush=True)
            with open(given.out, "a", encoding="utf-8") as out:
                out.write(json.dumps({**result, "values": values}) + "\n")


main()
