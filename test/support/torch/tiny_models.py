"""Makes models of two layers with random weights and a tiny tokenizer: tiny_models.py FOLDER WORDS.json

FOLDER gets bert/ (an encoder), qwen2/ (a plain language model), reranker/ (a cross-encoder of the BERT kind).
Dropout is 0, so that one process and two do the same.
"""

import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2Model,
    Qwen2Tokenizer,
)

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


def bert_tokenizer(words: list[str]) -> PreTrainedTokenizerFast:
    """A token for each word."""
    tokenizer = Tokenizer(models.WordLevel({w: at for at, w in enumerate(dict.fromkeys([*SPECIAL, *words]))}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


def qwen_tokenizer() -> Qwen2Tokenizer:
    """A token for each byte."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: at for at, letter in enumerate([*letters, "<|endoftext|>"])}
    return Qwen2Tokenizer(vocab=vocabulary, merges=[], eos_token="<|endoftext|>", pad_token="<|endoftext|>")


def main(folder: Path, words: list[str]) -> None:
    torch.manual_seed(1)
    bert, qwen = bert_tokenizer(words), qwen_tokenizer()
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    plain = BertConfig(
        vocab_size=len(bert), max_position_embeddings=64, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, **shape
    )
    BertModel(plain).save_pretrained(folder / "bert")
    bert.save_pretrained(folder / "bert")
    BertForSequenceClassification(BertConfig(**{**plain.to_dict(), "num_labels": 1})).save_pretrained(folder / "reranker")
    bert.save_pretrained(folder / "reranker")
    qwen_config = Qwen2Config(
        vocab_size=len(qwen),
        max_position_embeddings=128,
        num_key_value_heads=2,
        attention_dropout=0.0,
        pad_token_id=qwen.pad_token_id,
        eos_token_id=qwen.eos_token_id,
        bos_token_id=None,
        **shape,
    )
    Qwen2Model(qwen_config).save_pretrained(folder / "qwen2")
    qwen.save_pretrained(folder / "qwen2")


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()))
