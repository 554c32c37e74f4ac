// The Python by which every training script reads the rows beside it: one function for each format that Winnow writes.
import type { FormatName } from '../../rows/formats/names.ts'

const READING = String.raw`
@dataclass
class Passage:
    text: str
    origin: str = "given"
    score: float | None = None


@dataclass
class Row:
    query: str
    positives: list
    negatives: list
    # Messages before the query: the instruction of rows in the form of ms-swift.
    before: list


def read_rows(path):
    """Returns every row of the file, as it is in the file."""
    if not path.exists():
        raise SystemExit(f"{path} is not there. Move this script back beside its rows, or give them with --rows FILE.")
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        rows = [row_at(f"{path}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise SystemExit(f"{path} has no rows, so there is nothing to train on.")
    return rows


def row_at(place, line):
    try:
        return row_of(json.loads(line))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise SystemExit(f"{place}: no row of the format {FORMAT}, which this script reads: {type(error).__name__} {error}")
`

/** Reads lists that run parallel: `pos`, `pos_scores`, `pos_origins`. */
const PARALLEL = String.raw`
def side(columns, name, texts):
    scores = columns.get(name + "_scores") or [None] * len(texts)
    origins = columns.get(name + "_origins") or ["given"] * len(texts)
    return [Passage(text, origin or "given", score) for text, origin, score in zip(texts, origins, scores)]
`

const BGE = String.raw`${PARALLEL}

def row_of(columns):
    return Row(columns["query"], side(columns, "pos", columns["pos"]), side(columns, "neg", columns["neg"]), [])
`

const TEVATRON = String.raw`
def row_of(columns):
    def side(nodes):
        return [
            Passage(f"{node.get('title') or ''} {node['text']}".strip(), node.get("origin") or "given", node.get("score"))
            for node in nodes
        ]

    return Row(columns["query"], side(columns["positive_passages"]), side(columns["negative_passages"]), [])
`

const MS_SWIFT = String.raw`${PARALLEL}

def row_of(columns):
    def texts(name):
        return [messages[-1]["content"] for messages in columns[name]]

    positives = side(columns, "positive", texts("positive_messages"))
    negatives = side(columns, "negative", texts("negative_messages"))
    return Row(columns["messages"][-1]["content"], positives, negatives, columns["messages"][:-1])
`

const ROW_OF: Readonly<Partial<Record<FormatName, string>>> = {
  bge: BGE,
  tevatron: TEVATRON,
  'ms-swift': MS_SWIFT,
  'ms-swift-reranker': MS_SWIFT,
}

/** The formats that the scripts read. */
export const SCRIPT_FORMATS = Object.keys(ROW_OF) as FormatName[]

/** Returns the Python that reads rows of a format, one of `SCRIPT_FORMATS`. */
export const readingOf = (format: FormatName): string => `${READING}\n${ROW_OF[format]}`
