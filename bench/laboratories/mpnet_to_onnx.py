"""Lays out an MPNet encoder as transformers.js reads it, from its safetensors and configuration files:

    python3 mpnet_to_onnx.py SOURCE TARGET

SOURCE is a sentence-transformers folder such as all-mpnet-base-v2. Needs numpy, onnx and safetensors.
"""

import json
import sys
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper
from safetensors.numpy import load_file

sys.path.insert(0, str(Path(__file__).parents[2] / "test" / "support"))
from minilm_to_onnx import ENCODER_FILES, TOKENIZER_FILES, Bert, write  # noqa: E402

FIRST_POSITION = 2
FARTHEST = 128


class MPNet(Bert):
    """A BERT without token types, whose attention adds a bias by the distance of two tokens."""

    def embeddings(self):
        graph = self.graph
        length = graph.add("Gather", graph.add("Shape", "input_ids"), graph.whole(1), axis=0)
        end = graph.add("Add", length, graph.whole(FIRST_POSITION))
        table = self.weight("embeddings.position_embeddings.weight")
        places = graph.add("Slice", table, graph.whole(FIRST_POSITION), end, graph.whole(0))
        words = graph.add("Gather", self.weight("embeddings.word_embeddings.weight"), "input_ids", axis=0)
        return self.norm(graph.add("Add", words, places), "embeddings.LayerNorm")

    def mask(self):
        """Returns what is added to the scores of attention: the mask of padding and the bias of distances."""
        graph = self.graph
        length = graph.add("Gather", graph.add("Shape", "input_ids"), graph.whole(1), axis=0)
        size = self.config["max_position_embeddings"] - FIRST_POSITION
        rows = graph.add("Slice", graph.constant("distances", self.distances(size)), graph.whole(0), length, graph.whole(2))
        bias = graph.add("Slice", rows, graph.whole(0), length, graph.whole(3))
        return graph.add("Add", super().mask(), bias)

    def distances(self, size):
        """Returns the bias of each pair of tokens: [1, heads, size, size]."""
        weights = self.weights["encoder.relative_attention_bias.weight"]
        half = self.config["relative_attention_num_buckets"] // 2
        exact = half // 2
        ahead = numpy.arange(size)[None, :] - numpy.arange(size)[:, None]
        far = numpy.maximum(numpy.abs(ahead), 1).astype(numpy.float32)
        steps = (numpy.log(far / exact) / numpy.log(FARTHEST / exact) * (half - exact)).astype(numpy.int64)
        near = numpy.where(numpy.abs(ahead) < exact, numpy.abs(ahead), numpy.minimum(exact + steps, half - 1))
        bucket = near + numpy.where(ahead > 0, half, 0)
        return weights[bucket].transpose(2, 0, 1)[None]

    def model(self, result, name, dims):
        graph = self.graph
        graph.nodes.append(helper.make_node("Identity", [result], [name], name=name))
        inputs = [
            helper.make_tensor_value_info(each, TensorProto.INT64, ["texts", "tokens"])
            for each in ["input_ids", "attention_mask"]
        ]
        output = helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)
        made = helper.make_graph(graph.nodes, "mpnet", inputs, [output], list(graph.constants.values()))
        model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        return model


def as_bert(name):
    """Returns the name that BERT has for a weight of MPNet."""
    for own, other in [
        (".attention.attn.q.", ".attention.self.query."),
        (".attention.attn.k.", ".attention.self.key."),
        (".attention.attn.v.", ".attention.self.value."),
        (".attention.attn.o.", ".attention.output.dense."),
        (".attention.LayerNorm.", ".attention.output.LayerNorm."),
    ]:
        name = name.replace(own, other)
    return name.removeprefix("mpnet.")


def encoder(source, target):
    config = json.loads((source / "config.json").read_text())
    weights = {as_bert(name): value for name, value in load_file(source / "model.safetensors").items()}
    mpnet = MPNet(config, weights)
    model = mpnet.model(mpnet.encoder(), "last_hidden_state", ["texts", "tokens", config["hidden_size"]])
    write(target, model, config, source, [*TOKENIZER_FILES, *ENCODER_FILES, "1_Pooling"])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    encoder(Path(sys.argv[1]), Path(sys.argv[2]))
