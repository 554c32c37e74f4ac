"""Encodes texts with sentence-transformers: static-embeddings.py FOLDER TEXTS.json OUT. OUT receives 32-bit floats, row by row."""
import json
import sys

import numpy
from sentence_transformers import SentenceTransformer

folder, texts, out = sys.argv[1:]
model = SentenceTransformer(folder, device="cpu")
with open(texts, encoding="utf-8") as file:
    vectors = model.encode(json.load(file), batch_size=8)
numpy.asarray(vectors, dtype=numpy.float32).tofile(out)
