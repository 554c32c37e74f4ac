"""Writes two untrained encoders of two layers, small enough to train on a CPU: a BERT and a Qwen3, each with its tokenizer.

    python tiny_models.py FOLDER          writes FOLDER/bert and FOLDER/qwen3
"""

import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

TEXTS = ["a b c d e f g h i j k l m n o p q r s t u v w x y z", "0 1 2 3 4 5 6 7 8 9", Path(__file__).read_text()]


def tokenizer_of(special, **names):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=400, special_tokens=special))
    if "cls_token" in names:
        pieces = [("[CLS]", tokenizer.token_to_id("[CLS]")), ("[SEP]", tokenizer.token_to_id("[SEP]"))]
        tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=pieces)
    else:
        end = names["pad_token"]
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"$A {end}", special_tokens=[(end, tokenizer.token_to_id(end))]
        )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]", model_max_length=128, **names)


def main():
    folder = Path(sys.argv[1])
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    bert = tokenizer_of(special, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
    BertModel(BertConfig(vocab_size=len(bert), max_position_embeddings=128, **sizes)).save_pretrained(folder / "bert")
    bert.save_pretrained(folder / "bert")

    special = ["[UNK]", "<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    qwen = tokenizer_of(special, pad_token="<|endoftext|>", eos_token="<|im_end|>")
    config = Qwen3Config(
        vocab_size=len(qwen), num_key_value_heads=1, head_dim=16, max_position_embeddings=128, tie_word_embeddings=True, **sizes
    )
    Qwen3ForCausalLM(config).save_pretrained(folder / "qwen3")
    qwen.save_pretrained(folder / "qwen3")


if __name__ == "__main__":
    main()
