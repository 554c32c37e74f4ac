"""Writes the vectors that sentence-transformers gives, for test/modules-python.test.ts.

python modules.py BASE FOLDER dense|router TEXTS.json VECTORS.json: adds Dense modules to the encoder in BASE, all to each text or some to
each side, saves the model in FOLDER, and writes {"query": [[…]], "passage": [[…]]}.
"""

import json
import sys

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Router

base, folder, shape, texts_path, vectors_path = sys.argv[1:]
torch.manual_seed(1)
model = SentenceTransformer(base, device="cpu")
size = model.get_embedding_dimension()
identity, gelu, relu = torch.nn.Identity(), torch.nn.GELU(), torch.nn.ReLU()
after = {
    "dense": lambda: [Dense(size, 256), Normalize(), Dense(256, 128, bias=False, activation_function=gelu)],
    "router": lambda: [
        Router.for_query_document(
            query_modules=[Dense(size, 64, activation_function=identity)],
            document_modules=[Dense(size, 96, activation_function=relu), Dense(96, 64, bias=False)],
        )
    ],
}[shape]()
model = SentenceTransformer(modules=[*model, *after, Normalize()], device="cpu")
model.save(folder)

# What was saved is what is compared.
model = SentenceTransformer(folder, device="cpu")
with open(texts_path) as file:
    texts = json.load(file)
vectors = {"query": model.encode_query(texts).tolist(), "passage": model.encode_document(texts).tolist()}
with open(vectors_path, "w") as file:
    json.dump(vectors, file)
