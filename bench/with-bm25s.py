"""Indexes a BEIR folder and retrieves with bm25s, following its README. Started by bm25s.ts.

usage: with-bm25s.py COLLECTION SPLIT INDEX DEPTH

Loads the index if it exists; otherwise builds and saves it.
"""
import json
import os
import sys

import bm25s
import Stemmer


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main():
    folder, split, index, depth = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    stemmer = Stemmer.Stemmer("english")

    def tokens(texts):
        return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)

    with open(f"{folder}/qrels/{split}.tsv", encoding="utf-8") as lines:
        judged = {line.split("\t")[0] for line in lines}
    queries = [query for query in read(f"{folder}/queries.jsonl") if query["_id"] in judged]
    if os.path.exists(f"{index}/ids.json"):
        retriever = bm25s.BM25.load(index)
        with open(f"{index}/ids.json", encoding="utf-8") as file:
            ids = json.load(file)
    else:
        documents = read(f"{folder}/corpus.jsonl")
        ids = [document["_id"] for document in documents]
        retriever = bm25s.BM25()
        retriever.index(tokens([f"{each['title']} {each['text']}" for each in documents]), show_progress=False)
        retriever.save(index)
        with open(f"{index}/ids.json", "w", encoding="utf-8") as file:
            json.dump(ids, file)
    found, scores = retriever.retrieve(tokens([query["text"] for query in queries]), k=depth, show_progress=False)
    run = {
        query["_id"]: [(ids[document], float(score)) for document, score in zip(*each)]
        for query, each in zip(queries, zip(found.tolist(), scores))
    }
    print(sum(len(hits) for hits in run.values()))


main()
