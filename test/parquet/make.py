# Writes rows of every type that Winnow reads as Parquet files of pyarrow, and as lines of JSON: python3 test/parquet/make.py
import datetime
import decimal
import json
import pathlib
import random

import pyarrow as pa
import pyarrow.parquet as pq

folder = pathlib.Path(__file__).parent
random.seed(1)


def maybe(f, p=0.3):
    return None if random.random() < p else f()


words = ["a", "ñ☃", '"q\\', "\n\t\x01", "", "𝒳", "/", "x" * 40]
w = lambda: random.choice(words)
lst = lambda f, p=0.2: maybe(lambda: [maybe(f) for _ in range(random.randrange(0, 4))], p)
typ = pa.schema(
    [
        ("t", pa.string()),
        ("i32", pa.int32()),
        ("i64", pa.int64()),
        ("u8", pa.uint8()),
        ("u64", pa.uint64()),
        ("f", pa.float64()),
        ("f32", pa.float32()),
        ("b", pa.bool_()),
        ("bin", pa.binary()),
        ("d", pa.date32()),
        ("ts", pa.timestamp("us")),
        ("dec", pa.decimal128(10, 2)),
        ("ls", pa.list_(pa.string())),
        ("ll", pa.list_(pa.list_(pa.int64()))),
        ("lls", pa.list_(pa.list_(pa.list_(pa.string())))),
        ("st", pa.struct([("x", pa.string()), ("y", pa.list_(pa.struct([("z", pa.float64()), ("w", pa.list_(pa.string()))])))])),
        ("m", pa.map_(pa.string(), pa.int64())),
        ("mi", pa.map_(pa.int64(), pa.list_(pa.string()))),
        ("lm", pa.list_(pa.map_(pa.string(), pa.string()))),
        ("positive_passages", pa.struct([("docid", pa.list_(pa.string())), ("text", pa.list_(pa.string()))])),
        ("negative_passages", pa.list_(pa.struct([("docid", pa.string()), ("score", pa.float64())]))),
        ("en", pa.dictionary(pa.int32(), pa.string())),
        ("nul", pa.null()),
    ]
)


def passages():
    n = random.randrange(0, 4)
    return {"docid": [w() for _ in range(n)], "text": [maybe(w) for _ in range(n)]}


out = []
for i in range(60):
    out.append(
        dict(
            t=maybe(w),
            i32=maybe(lambda: random.randrange(-(2**31), 2**31)),
            i64=maybe(lambda: random.randrange(-(2**63), 2**63)),
            u8=maybe(lambda: random.randrange(256)),
            u64=maybe(lambda: random.randrange(2**64)),
            f=maybe(random.random),
            f32=maybe(lambda: 1.5),
            b=maybe(lambda: random.random() < 0.5),
            bin=maybe(lambda: random.choice([b"abc", "ñ".encode()])),
            d=maybe(lambda: datetime.date(2020, 1, random.randrange(1, 28))),
            ts=maybe(lambda: datetime.datetime(2020, 1, 1, 1, 1, random.randrange(60))),
            dec=maybe(lambda: decimal.Decimal("12.34")),
            ls=lst(w),
            ll=lst(lambda: [random.randrange(9) for _ in range(random.randrange(3))]),
            lls=lst(lambda: lst(lambda: lst(w))),
            st=maybe(lambda: {"x": maybe(w), "y": lst(lambda: {"z": maybe(random.random), "w": lst(w)})}),
            m=maybe(lambda: [(w() + str(k), k) for k in range(random.randrange(3))]),
            mi=maybe(lambda: [(k, lst(w)) for k in range(random.randrange(3))]),
            lm=lst(lambda: [(w() + str(k), maybe(w)) for k in range(random.randrange(3))]),
            positive_passages=maybe(passages),
            negative_passages=lst(lambda: {"docid": maybe(w), "score": maybe(random.random)}),
            en=maybe(lambda: random.choice("xyz")),
            nul=None,
        )
    )
t = pa.Table.from_pylist(out, schema=typ)
pq.write_table(t, folder / "version-1.parquet")
pq.write_table(t, folder / "version-2.parquet", data_page_version="2.0", compression="zstd", row_group_size=25, data_page_size=500)
pq.write_table(
    t,
    folder / "delta.parquet",
    use_dictionary=False,
    compression="lz4",
    row_group_size=40,
    data_page_size=200,
    column_encoding={"t": "DELTA_BYTE_ARRAY", "i64": "DELTA_BINARY_PACKED", "bin": "DELTA_LENGTH_BYTE_ARRAY", "f": "BYTE_STREAM_SPLIT"},
)
pq.write_table(t, folder / "old-names.parquet", use_compliant_nested_type=False, compression="brotli")


def plain(v):
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    if isinstance(v, tuple):
        return tuple(map(plain, v))
    if isinstance(v, list):
        if v and isinstance(v[0], tuple):
            return {str(k): plain(x) for k, x in v}
        return [plain(x) for x in v]
    if isinstance(v, bytes):
        return v.decode()
    if isinstance(v, datetime.datetime):
        return v.isoformat() + ".000Z"
    if isinstance(v, datetime.date):
        return v.isoformat() + "T00:00:00.000Z"
    if isinstance(v, decimal.Decimal):
        return float(v)
    return v


with open(folder / "rows.jsonl", "w") as f:
    for r in out:
        for k in ("m", "mi"):
            if r[k] == []:
                r[k] = ()
        r = {k: plain(v) for k, v in r.items()}
        for k in ("m", "mi"):
            if r[k] == ():
                r[k] = {}
        if r["lm"] is not None:
            r["lm"] = [{} if x == [] else x for x in r["lm"]]
        p = r["positive_passages"]
        if p is not None:
            r["positive_passages"] = [{"docid": a, "text": b} for a, b in zip(p["docid"], p["text"])]
        f.write(json.dumps(r, ensure_ascii=False) + "\n")
