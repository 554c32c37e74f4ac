"""Trains a StaticEmbedding with sentence-transformers' own trainer; prints rows per second as JSON. Started by train.ts.

usage: train.py MODEL_FOLDER ROWS.jsonl STEPS
"""
import json
import resource
import sys
import tempfile

import sentence_transformers
import torch
from datasets import Dataset
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.losses import MultipleNegativesRankingLoss

BATCH = 64


def seconds_for(model, rows, steps):
    with tempfile.TemporaryDirectory() as folder:
        arguments = SentenceTransformerTrainingArguments(
            output_dir=folder,
            max_steps=steps,
            per_device_train_batch_size=BATCH,
            learning_rate=0.005,
            use_cpu=True,
            save_strategy="no",
            report_to="none",
            logging_strategy="no",
            disable_tqdm=True,
        )
        loss = MultipleNegativesRankingLoss(model)
        trainer = SentenceTransformerTrainer(model=model, args=arguments, train_dataset=rows, loss=loss)
        return trainer.train().metrics["train_runtime"]


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    folder, path, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(path, encoding="utf-8") as file:
        rows = Dataset.from_list([json.loads(line) for line in file])
    model = SentenceTransformer(folder, device="cpu")
    seconds_for(model, rows, 3)
    before = processor_seconds()
    seconds = seconds_for(model, rows, steps)
    processor = processor_seconds() - before
    versions = {"sentence-transformers": sentence_transformers.__version__, "torch": torch.__version__}
    done = BATCH * steps
    print(
        json.dumps(
            {
                "rowsPerSecond": done / seconds,
                "rowsPerProcessorSecond": done / processor,
                "threads": torch.get_num_threads(),
                "versions": versions,
            }
        )
    )


main()
