"""Writes Parquet and Arrow files of every kind that pyarrow can write and Winnow's own writer cannot, into a folder."""

import datetime
import decimal
import gzip
import sys

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

folder = sys.argv[1]
rows = [{"query": f"q{i}", "pos": [f"p{i}"], "neg": [f"n{i}", f"m{i}"]} for i in range(50)]
table = pa.Table.from_pylist(rows)


def parquet(name, data, **options):
    pq.write_table(data, f"{folder}/{name}.parquet", **options)


def arrow(name, data):
    with ipc.new_stream(f"{folder}/{name}.arrow", data.schema) as stream:
        stream.write_table(data)


for codec in ("snappy", "gzip", "zstd", "lz4", "brotli", "none"):
    parquet(f"codec-{codec}", table, compression=codec)
parquet("pages-2", table, data_page_version="2.0")
parquet("many-groups", table, row_group_size=3)
parquet("delta", table, use_dictionary=False, column_encoding={"query": "DELTA_BYTE_ARRAY"})
parquet("no-rows", table.slice(0, 0))
coded = table.set_column(0, "query", table["query"].dictionary_encode())
parquet("dictionary", coded)
arrow("dictionary", coded)
odd = pa.table(
    {
        "query": ["q1", "q2"],
        "pos": [["p1"], ["p2"]],
        "neg": [["n1"], ["n2"]],
        "decimal": pa.array([decimal.Decimal("1.50"), None], pa.decimal128(10, 2)),
        "bytes": pa.array([b"\xff\x00", b"ok"]),
        "half": pa.array([1.5, 2.5], pa.float16()),
        "lists": [[["a"], []], [[]]],
        "nested": [{"a": [{"b": None}]}, None],
        "unsigned": pa.array([2**64 - 1, 1], pa.uint64()),
        "nothing": pa.nulls(2),
        "large": pa.array(["a", "b"], pa.large_string()),
        "fixed": pa.array([[1.0, 2.0], [3.0, 4.0]], pa.list_(pa.float32(), 2)),
        "list": pa.array([["x"], None]),
        "nan": pa.array([float("nan"), float("inf")]),
    }
)
parquet("odd", odd)
arrow("odd", odd)
when = datetime.datetime(2020, 1, 2, 3, 4, 5)
parquet("map", odd.append_column("map", pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int64()))))
parquet("int96", odd.append_column("when", pa.array([when, None], pa.timestamp("ns"))), use_deprecated_int96_timestamps=True)
parquet("bytes-as-query", pa.table({"query": [b"q1", b"\xff\xfe"], "pos": [["p"]] * 2, "neg": [["n"]] * 2}))
parquet("nulls", pa.table({"query": ["q", None], "pos": [["p"], ["p"]], "neg": [["n", None], None]}))
for codec in ("uncompressed", "zstd", "lz4"):
    feather.write_feather(table, f"{folder}/feather-{codec}.arrow", compression=codec)
with open(f"{folder}/codec-snappy.parquet", "rb") as file:
    whole = file.read()
with open(f"{folder}/zipped.parquet.gz", "wb") as file:
    file.write(gzip.compress(whole))
with open(f"{folder}/flipped.parquet", "wb") as file:
    file.write(whole[:100] + bytes(byte ^ 255 for byte in whole[100:140]) + whole[140:])
